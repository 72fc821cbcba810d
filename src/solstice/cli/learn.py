"""`solstice learn`: learn from a clinic's outcomes who gets better with what, decide, and share without any row."""

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from solstice.cli.learn_share import check_against_spec, export_command, key_command, merge_command
from solstice.cli.main import json_option, show

if TYPE_CHECKING:
    from solstice.learn import Posterior, Statistics
    from solstice.learn.basis import BasisName
    from solstice.learn.table import Outcomes

PATH = click.Path(path_type=Path)
RANKING = ("person", "treatment", "mean", "lower", "upper", "rank", "group")


@click.group("learn")
def learn_group() -> None:
    """Learn from outcomes who gets better with what; decide for people; share sums between clinics."""


learn_group.add_command(key_command)
learn_group.add_command(export_command)
learn_group.add_command(merge_command)


@learn_group.command("fit")
@click.argument("outcomes", type=PATH)
@click.option("--prior", "prior_path", type=PATH, help="Published evidence, format prior/1.")
@click.option("--out", type=PATH, required=True, help="Where the posterior goes (JSON).")
@click.option("--products", is_flag=True, help="Also learn products of two characteristics (from rows; 1000 or more).")
@click.option("--spec", "spec_path", type=PATH, help="Shared spec, format learn-spec/1; for bends at stated knots.")
@json_option
def fit(
    outcomes: Path, *, prior_path: Path | None, out: Path, products: bool, spec_path: Path | None, as_json: bool
) -> None:
    """Learn from OUTCOMES: a CSV treatment,outcome,covariates…, or sums written by export or merge (JSON)."""
    from solstice.learn import learn
    from solstice.learn.overlap import sensitivity, warnings
    from solstice.learn.prior import read_prior
    from solstice.learn.stored import keep_inputs, posterior_json, write_whole

    keep_inputs(out, outcomes, prior_path, spec_path)
    statistics, rows = _statistics(outcomes, "products" if products else "curves", spec_path)
    prior = None if prior_path is None else read_prior(prior_path, statistics.basis.covariates, statistics.treatments)
    posterior = learn(statistics, prior)
    second = sensitivity(posterior, rows) if rows is not None else None
    result = posterior_json(posterior, warned=warnings(posterior), sensitivity=second)
    write_whole(out, result)
    shown = {key: value for key, value in result.items() if key not in {"statistics", "settings", "prior"}}
    show(shown | {"out": str(out)}, _fit_page(posterior, result, out), as_json=as_json)


def _statistics(path: Path, kind: "BasisName", spec_path: Path | None) -> "tuple[Statistics, Outcomes | None]":
    """Sums from rows, or as another command wrote them; the rows where there are some."""
    from solstice.learn.basis import choose_basis
    from solstice.learn.sharing import read_shared
    from solstice.learn.spec import basis_of, read_spec
    from solstice.learn.statistics import gather
    from solstice.learn.table import read_outcomes

    if path.suffix == ".json":
        if kind == "products" or spec_path is not None:
            raise click.UsageError("--products and --spec need rows; sums were gathered without")
        return read_shared(path).statistics, None
    rows = read_outcomes(path)
    if spec_path is None:
        return gather(rows, choose_basis(rows.x, rows.covariates, kind)), rows
    spec = read_spec(spec_path)
    check_against_spec(rows, path, spec)
    return gather(rows, basis_of(spec, curves=True)), rows


@learn_group.command("decide")
@click.argument("posterior_path", metavar="POSTERIOR", type=PATH)
@click.argument("people_path", metavar="PEOPLE", type=PATH)
@click.option("--out", type=PATH, required=True, help="Where the ranking goes (CSV).")
@click.option(
    "--margin", type=click.FloatRange(0, 2), default=0.20, show_default=True, help="About equal, in SD units."
)
@click.option("--against", help="A treatment to compare with; otherwise the plain mean of all.")
@json_option
def decide_command(
    posterior_path: Path, people_path: Path, *, out: Path, margin: float, against: str | None, as_json: bool
) -> None:
    """Rank the treatments of POSTERIOR for everybody in the CSV PEOPLE, with 80 % intervals."""
    from solstice.learn.decide import decide
    from solstice.learn.stored import keep_inputs, read_posterior, write_whole
    from solstice.learn.table import read_people

    keep_inputs(out, posterior_path, people_path)
    posterior = read_posterior(posterior_path)
    if against is not None and against not in posterior.treatments:
        right = f"right would be one of {', '.join(posterior.treatments)}"
        raise click.BadParameter(f"'{against}' is not a treatment of the posterior; {right}")
    people = read_people(people_path, posterior.covariates)
    rankings = decide(posterior, people, margin=margin, against=against)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(RANKING)
    for ranking in rankings:
        for one in ranking.ranked:
            numbers = (f"{value:z.6f}" for value in (one.mean, one.lower, one.upper))
            writer.writerow((ranking.person, one.treatment, *numbers, one.rank, one.group))
    write_whole(out, text.getvalue())
    seldom = sum(one.seldom_given and one.group == 1 for ranking in rankings for one in ranking.ranked)
    far = sorted({name for ranking in rankings for name in ranking.far})
    tied = sum(len(ranking.best_group) > 1 for ranking in rankings)
    result: dict[str, Any] = {
        "people": len(rankings),
        "shadow": posterior.shadow,
        "against": against or "the mean of all treatments",
        "margin": margin,
        "about_equal_first": tied,
        "first_but_seldom_given": seldom,
        "far_outside": {name: sum(name in ranking.far for ranking in rankings) for name in far},
        "ignored_columns": list(people.ignored),
        "out": str(out),
    }
    show(result, _decide_page(result, posterior), as_json=as_json)


def _fit_page(posterior: "Posterior", result: dict[str, Any], out: Path) -> str:
    size = f"{_many(len(posterior.treatments), 'treatment')}, {_many(len(posterior.covariates), 'covariate')}"
    lines = [f"{_many(round(result['outcomes']), 'outcome')}, {size}"]
    if posterior.shadow:
        lines.append(
            "Shadow: fewer than 300 outcomes. Nothing yet protects against wrong evidence; show it, do not use it."
        )
    lines.append("Readings of the evidence: " + ", ".join(f"{k} {v:.0%}" for k, v in result["readings"].items()))
    lines += ["", f"{'at the average person':28} {'mean':>7} {'80 % interval':>18} {'outcomes':>9}"]
    ordered = sorted(result["effects"].items(), key=lambda item: (-item[1]["mean"], item[0]))
    for name, one in ordered:
        interval = f"{one['lower']:+z.3f} to {one['upper']:+z.3f}"
        lines.append(f"{name:28} {one['mean']:+z7.3f} {interval:>18} {one['outcomes']:9.0f}")
    lines += [""] + [f"Beware: {one['text']}" for one in result["warnings"]]
    for one in result["sensitivity"] or []:
        if one["differs"]:
            said = f"overlap weights say {one['weighted']:+.2f}, the model {one['model']:+.2f}"
            lines.append(f"Beware: {one['treatment']}: {said}.")
    lines.append(f"Benefit in SD units against the mean of all treatments; higher is better. Written to {out}.")
    return "\n".join(lines)


def _many(number: int, one: str, more: str | None = None) -> str:
    return f"{number} {one if number == 1 else more or f'{one}s'}"


def _decide_page(result: dict[str, Any], posterior: "Posterior") -> str:
    lines = [
        f"{_many(result['people'], 'person', 'people')} ranked, benefit against {result['against']}, 80 % intervals."
    ]
    if len(posterior.treatments) < 2:
        lines.append("There is only one treatment, so that nothing was compared.")
    else:
        lines.append(f"For {result['about_equal_first']} of them the first place is shared: about equally good.")
    for name, times in result["far_outside"].items():
        said = f"{name} of {_many(times, 'person', 'people')} is far outside what was learnt from"
        lines.append(f"Beware: {said}, and was weighed as if it stood at the edge; check its unit.")
    if posterior.shadow:
        lines.append("Shadow: fewer than 300 outcomes. Show it, do not use it.")
    if result["first_but_seldom_given"]:
        times = result["first_but_seldom_given"]
        lines.append(f"{times} times a treatment in the first group is one that such people hardly ever got here.")
    if result["ignored_columns"]:
        lines.append(f"Columns the posterior does not know, ignored: {', '.join(result['ignored_columns'])}.")
    lines.append(f"Written to {result['out']}.")
    return "\n".join(lines)
