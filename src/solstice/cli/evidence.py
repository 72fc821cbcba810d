"""`solstice evidence METAPSY.csv`: what the trials in a table say together, how sure that is, and what was left out."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from solstice.cli.main import json_option, show

if TYPE_CHECKING:
    from solstice.evidence.subgroups import Group
    from solstice.evidence.synthesis import Question, Synthesis
    from solstice.evidence.table import Comparisons

MODEL_HELP = (
    "reml, ml, pm, dl (with -knha or -z), ee-z: rows as independent; aggregate, three-level, che: rows within studies; "
    "regression: with --moderator; nma, cnma: a network of treatments."
)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--by", "column", metavar="COLUMN", help="Pool each value of COLUMN by itself.")
@click.option("--where", "wishes", multiple=True, metavar="COLUMN=VALUE", help="Keep these rows only; may be repeated.")
@click.option("--model", default="reml-knha", show_default=True, help=MODEL_HELP)
@click.option("--moderator", "moderators", multiple=True, metavar="COLUMN[=LEVEL]", help="For --model regression.")
@click.option("--reference", default="cau", show_default=True, help="What a network is set against.")
@click.option("--rho", type=float, default=0.6, show_default=True, help="Correlation within a study: aggregate, che.")
@click.option("--bias", is_flag=True, help="Are small studies with weak results missing? Egger, trim and fill.")
@click.option("--influence", is_flag=True, help="The result without each row, or each study.")
@click.option("--sensitivity", is_flag=True, help="Other choices of rows and models side by side.")
@json_option
def evidence(file: Path, *, wishes: tuple[str, ...], as_json: bool, **options: Any) -> None:
    """Pool the effects of a Metapsy-standard CSV FILE and say how sure the result is."""
    from solstice.cli.evidence_page import page
    from solstice.evidence.subgroups import NoSuchRows, where
    from solstice.evidence.table import read_metapsy
    from solstice.evidence.trials import NotANetwork

    table = read_metapsy(file)
    try:
        for wish in wishes:
            table = where(table, wish)
        answer = _answer(table, options)
    except (NoSuchRows, NotANetwork, ValueError, ArithmeticError) as error:
        click.echo(f"{file}:1: {error}", err=True)
        sys.exit(2)
    answer |= {"left_out": table.left_out, "incomplete": list(table.incomplete), "where": list(wishes)}
    show(answer, page(answer), as_json=as_json)


def _answer(table: "Comparisons", options: dict[str, Any]) -> dict[str, Any]:
    """Everything that was asked for, as the JSON that is printed."""
    from solstice.evidence.synthesis import Question, named, synthesise, words_of

    question = Question(
        model=named(options["model"]),
        moderators=_moderators(options["moderators"]),
        reference=options["reference"],
        rho=options["rho"],
    )
    found = synthesise(table, question)
    answer = found.to_json() | {"model_words": words_of(question.model), "used": dict(table.used())}
    answer |= _groups(table, question, options["column"])
    if options["bias"]:
        answer["bias"] = _bias(table, question.rho)
    if options["influence"]:
        answer["influence"] = _influence(table, found)
    if options["sensitivity"]:
        answer["sensitivity"] = _sensitivity(table)
    return answer


def _moderators(texts: Sequence[str]) -> tuple[Any, ...]:
    from solstice.evidence.moderators import Moderator

    parts = [text.partition("=") for text in texts]
    return tuple(Moderator(column.strip(), level.strip() or None) for column, _, level in parts)


def _groups(table: "Comparisons", question: "Question", column: str | None) -> dict[str, Any]:
    if column is None:
        return {}
    from solstice.evidence.cautions import group_cautions
    from solstice.evidence.subgroups import NoSuchRows, between, by, split
    from solstice.evidence.synthesis import ROW_MODELS, pool_rows, result_json

    if question.model not in ROW_MODELS:
        raise NoSuchRows(f"groups are pooled one by one; right with --by would be one of {', '.join(ROW_MODELS)}")

    def as_dict(group: "Group") -> dict[str, Any]:
        found = result_json(group.pooled)
        return {"level": group.level, **found, "model": question.model}

    groups = by(table, column, lambda rows: pool_rows(rows, question.model, rho=question.rho))
    test = between(groups)
    return {
        "by": column,
        "groups": [as_dict(group) for group in groups],
        "between": None if test is None else {"q": test.q, "df": test.df, "p": test.p},
        "group_cautions": list(group_cautions(split(table, column), column)),
    }


def _bias(table: "Comparisons", rho: float) -> dict[str, Any]:
    """On studies, each brought together to one effect, since rows of one study share their size."""
    from dataclasses import asdict

    from solstice.evidence.aggregate import aggregate
    from solstice.evidence.small_studies import egger, trim_and_fill

    rows = table.rows
    one = aggregate([row.g for row in rows], [row.variance for row in rows], [row.study for row in rows], rho=rho)
    test = egger(one.y, one.v)
    return {
        "studies": len(one.studies),
        "egger": None if test is None else asdict(test),
        "trim_and_fill": [trim_and_fill(one.y, one.v, estimator=name).to_json() for name in ("L0", "R0")],
    }


def _influence(table: "Comparisons", found: "Synthesis") -> list[dict[str, Any]]:
    from solstice.evidence.influence import influence, leave_one_study_out
    from solstice.evidence.multilevel import Multilevel
    from solstice.evidence.pooling import MODELS
    from solstice.evidence.progress import collect
    from solstice.evidence.subgroups import NoSuchRows
    from solstice.evidence.synthesis import ROW_MODELS, RUN

    question = found.question
    if question.model not in ROW_MODELS:
        raise NoSuchRows(f"influence is shown for one pooled effect; right would be one of {', '.join(ROW_MODELS)}")
    y, v = [row.g for row in table.rows], [row.variance for row in table.rows]
    if question.model in MODELS:
        labels = [f"{row.study} (line {row.line})" for row in table.rows]
        method, knha = MODELS[question.model]
        return [case.to_json() for case in collect(influence(y, v, labels, method=method, knha=knha), _report)]
    run = RUN[question.model]
    names = [row.study for row in table.rows]
    start = found.result.start if isinstance(found.result, Multilevel) else None
    steps = leave_one_study_out(
        y, v, names, lambda y, v, names: run(list(y), list(v), list(names), question.rho, start)
    )
    return [case.to_json() for case in collect(steps, _report)]


def _report(done: int, total: int) -> None:
    """A line of progress for a person who waits; nothing where the output is read by a program."""
    if sys.stderr.isatty() and (done == total or done % 10 == 0):
        click.echo(f"\r{done} of {total}" + ("\n" if done == total else ""), err=True, nl=False)


def _sensitivity(table: "Comparisons") -> list[dict[str, Any]]:
    from solstice.evidence.progress import collect
    from solstice.evidence.sensitivity import analyses

    return [analysis.to_json() for analysis in collect(analyses(table.rows), _report)]
