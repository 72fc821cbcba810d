"""`solstice ledger`: what was adequate, what it adds up to, and what is still missing."""

import os
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from solstice.cli.main import json_option, little_collecting, show
from solstice.kernel.fault import ContentError
from solstice.kernel.number_words import HOW_MANY, number_words

if TYPE_CHECKING:
    from solstice.content.treatment_model import Treatments
    from solstice.ledger import JudgedTrial, Ledger, PseudoResistanceItem, Staged
    from solstice.person import PersonFile

WIDTH = 100
TRUTH = {True: "yes", False: "no", None: "cannot tell"}


@click.command("ledger")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--threshold", "thresholds", multiple=True, metavar="MEDICINE=DOSE", help="Another reading of a minimum dose."
)
@click.option("--json-lines", "as_lines", is_flag=True, help="Print one JSON object a line, each with its `file`.")
@json_option
def ledger(files: tuple[Path, ...], thresholds: tuple[str, ...], *, as_lines: bool, as_json: bool) -> None:
    """Judge the treatment history of each person FILE.

    A FILE may be a folder: every .yaml, .yml and .json file in it is read. One FILE gives one JSON object with --json;
    several, or a folder, give one object a line, each with its `file`.
    """
    from solstice.content.pack_store import library_with_packs, packs_folder

    treatments = library_with_packs(packs_folder(os.environ)).treatments
    try:
        treatments = treatments.with_thresholds(dict(_threshold(text) for text in thresholds))
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    paths = [path for named in files for path in _files_in(named)]
    is_one = len(paths) == 1 and paths[0] == files[0]
    if as_lines or (as_json and not is_one):
        is_whole = _print_lines(paths, treatments)
    else:
        is_whole = _print_pages(paths, treatments, as_json=as_json)
    if not is_whole:
        sys.exit(2)


def _files_in(named: Path) -> list[Path]:
    """The person files of a folder in the order of their names; a file stands for itself."""
    if not named.is_dir():
        return [named]
    names = [name for name in os.listdir(named) if _is_person_file(*name.rpartition("."))]  # noqa: PTH208 - names sort quicker than paths
    return [named / name for name in sorted(names)]


def _is_person_file(stem: str, _dot: str, suffix: str) -> bool:
    return stem != "" and suffix in {"yaml", "yml", "json"}


def _read(path: Path) -> "PersonFile | None":
    """The person of one file, or None after saying every fault."""
    from solstice.person import read_person

    try:
        return read_person(path)
    except ContentError as error:
        for fault in error.faults:
            click.echo(str(fault), err=True)
        return None


def _judged(paths: Sequence[Path], treatments: "Treatments") -> "list[tuple[Path, Ledger]]":
    """The ledgers of the files that have no fault; the faults of the others are said."""
    from solstice.ledger import assess_all

    read = [(path, person) for path in paths if (person := _read(path)) is not None]
    ledgers = assess_all([person for _, person in read], treatments)
    return [(path, judged) for (path, _), judged in zip(read, ledgers, strict=True)]


def _print_lines(paths: list[Path], treatments: "Treatments") -> bool:
    """One JSON object a line, a few files at a time; False where a file had faults."""
    import gc

    from pydantic_core import to_json

    write, is_whole = sys.stdout.buffer.write, True
    with little_collecting():
        for number, start in enumerate(range(0, len(paths), TOGETHER), start=1):
            batch = paths[start : start + TOGETHER]
            judged = _judged(batch, treatments)
            is_whole = is_whole and len(judged) == len(batch)
            told = [{"file": str(path), **result.to_json()} for path, result in judged]
            write(b"".join([to_json(one) + b"\n" for one in told]))
            if number % COLLECT_EVERY == 0:
                gc.collect()
    return is_whole


TOGETHER = 32
"""Files that are read, judged and written side by side."""
COLLECT_EVERY = 64
"""Batches after which memory is looked through; nearly all of it is given back as soon as a file is done."""


def _print_pages(paths: list[Path], treatments: "Treatments", *, as_json: bool) -> bool:
    is_whole = True
    for path in paths:
        judged = _judged([path], treatments)
        is_whole = is_whole and len(judged) == 1
        for _, result in judged:
            title = str(path) if len(paths) > 1 else None
            show(result.to_json() if as_json else None, "" if as_json else page(result, title=title), as_json=as_json)
    return is_whole


def _threshold(text: str) -> tuple[str, float]:
    name, _, dose = text.partition("=")
    try:
        return name.strip(), float(dose)
    except ValueError:
        raise ValueError(f"'{text}' is not MEDICINE=DOSE; write for example venlafaxine=75") from None


def page(result: "Ledger", *, title: str | None = None) -> str:
    """The ledger as plain text, 100 columns wide."""
    lines = [title, "=" * len(title), ""] if title else []
    lines += [f"What was tried ({result.label})", *_wrapped(result.label_note), ""]
    lines += _trials(result)
    lines += ["", *_regulatory(result), "", *_staging(result), "", *_definitions(result)]
    lines += ["", *_disagreements(result), "", *_checklist(result)]
    lines += ["", *_questions(result)]
    return "\n".join(line.rstrip() for line in lines)


def _wrapped(text: str, indent: str = "  ") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent)


def _trials(result: "Ledger") -> list[str]:
    if not result.trials:
        return ["  Nothing is recorded."]
    lines = [f"  {'':28}{'adequate':12}{'6 weeks':12}{'failed':12}note"]
    inside = [trial for trial in result.trials if trial.in_episode is not False]
    outside = [trial for trial in result.trials if trial.in_episode is False]
    for trial in inside:
        lines += _trial(trial)
    if outside:
        lines += ["", "  Before this episode (shown apart, not staged)"]
        for trial in outside:
            lines += _trial(trial)
    for warning in result.warnings:
        lines += _wrapped(f"! {warning.text}")
    return lines


def _trial(trial: "JudgedTrial") -> list[str]:
    marks = []
    if trial.is_provisional and trial.adequate is True:
        marks.append("provisional")
    if trial.is_asked_about:
        marks.append("to be asked about")
    if trial.is_above_label_maximum:
        marks.append("above label maximum")
    name = textwrap.shorten(f"{trial.index + 1}. {trial.name}", 27, placeholder="…")
    truths = "".join(f"{TRUTH[truth]:12}" for truth in (trial.adequate, trial.adequate_strict, trial.failed))
    head = f"  {name:28}{truths}{', '.join(marks)}"

    return [head, *_wrapped("; ".join(_lower_first(reason.text) for reason in trial.reasons) + ".", "       ")]


def _lower_first(text: str) -> str:
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def _regulatory(result: "Ledger") -> list[str]:
    answer = result.regulatory
    word = answer.answer.replace("_", " ") + (" (provisional)" if answer.is_provisional else "")
    lines = [f"Treatment-resistant by the regulatory definition: {word}"]
    if answer.strict_answer != answer.answer:
        lines.append(f"  With the strict 6 weeks: {answer.strict_answer.replace('_', ' ')}")
    for reason in answer.reasons:
        lines += _wrapped(f"{reason.text.removesuffix('.')}.")
    checked = result.checked_only
    if checked is not None:
        by = "" if checked.regulatory == answer.answer else f" By what was checked alone: {checked.regulatory}."
        lines += _wrapped(checked.sentence + by.replace("_", " "))
    if answer.decides:
        lines += _wrapped(f"Would decide: {answer.decides}")
    return lines


def _staging(result: "Ledger") -> list[str]:
    lines = ["Staging"]
    for staged in result.staging.values():
        lines += _staged(staged)
        beside = result.checked_only.beside(staged.model, staged.span) if result.checked_only else None
        if beside is not None:
            words = number_words(beside, is_open=staged.is_open)
            lines += _wrapped(f"By what was checked alone: {words}.", "       ")
    if result.severity_proposal:
        lines += _wrapped(f"Proposal for the clinician: {result.severity_proposal}")
    return [*lines, "", *_wrapped(result.descriptive_only)]


def _staged(staged: "Staged") -> list[str]:
    if staged.span is None:
        reason = staged.refused.text if staged.refused else ""
        return [f"  {staged.name:44}no value", *_wrapped(reason, "       ")]
    labels = _label(staged.labels)
    value = number_words(staged.span, is_open=staged.is_open)
    condition = "  (conditional)" if staged.is_conditional else ""
    lines = [f"  {staged.name:44}{value:12}{labels}{condition}"]
    if staged.parts:
        parts = ", ".join(f"{name} {number_words(part)}" for name, part in staged.parts.items())
        lines += _wrapped(f"{parts}.", "       ")
    if staged.is_open:
        lines += _wrapped(f"{HOW_MANY.capitalize()}.", "       ")
    if staged.is_conditional:
        lines += _wrapped(staged.notes[0], "       ")
    if staged.bare is not None and staged.bare != staged.span:
        bare = number_words(staged.bare, is_open=staged.is_open)
        lines += _wrapped(f"Without the presumptions (such as adherence where it is not recorded): {bare}.", "       ")
    if staged.decides:
        lines += _wrapped(f"Would narrow it most: {staged.decides}", "       ")
    return lines


def _definitions(result: "Ledger") -> list[str]:
    lines = ["Other definitions"]
    for one in result.definitions.values():
        draft = " (draft: its rule rests on memory)" if one.is_draft else ""
        if one.span is None:
            lines += [f"  {one.name:44}no value", *_wrapped(one.refused.text if one.refused else "", "       ")]
            continue
        count = number_words(one.span, is_open=one.is_open)
        value = count if one.answer is None else f"{one.answer.replace('_', ' ')} ({count})"
        lines.append(f"  {one.name:44}{value}{draft}")
        lines += _wrapped("; ".join(_lower_first(reason.text) for reason in one.reasons) + ".", "       ")
        if one.decides:
            lines += _wrapped(f"Would decide: {one.decides}", "       ")
    if not result.trials:
        return lines
    lines += _wrapped(f"{result.room.text}.")
    before = ", ".join(one.name for one in result.lifetime.before_episode)
    words = result.lifetime.words
    told = f"In the whole life: {words} failed adequate antidepressant{'' if words == '1' else 's'}"
    if result.lifetime.is_open:
        told += f" ({HOW_MANY})"
    return [*lines, *_wrapped(f"{told}{f', before this episode {before}' if before else ''}.")]


def _disagreements(result: "Ledger") -> list[str]:
    if result.staging["mgh_s"].refused is not None:
        return ["No model gives a value, so none contradicts another."]
    if not result.disagreements:
        return ["The models do not contradict each other about this history."]
    lines = ["Where the models disagree, and why"]
    for one in result.disagreements:
        lines += _wrapped(f"- {one.text}.", "  ")
    return lines


def _label(labels: tuple[str, ...]) -> str:
    return "" if not labels else labels[0] if len(labels) == 1 else f"{labels[0]} to {labels[-1]}"


def _checklist(result: "Ledger") -> list[str]:
    def line(item: "PseudoResistanceItem") -> list[str]:
        return _wrapped(f"{item.id.replace('_', ' '):22} {item.why}.", "    ")

    lines = ["Is it resistance, or does it only look so? (to be worked through and signed)"]
    for state, word in (("present", "Present"), ("open", "Open"), ("ruled_out", "Ruled out")):
        items = [item for item in result.pseudo_resistance if item.state == state]
        if items:
            lines.append(f"  {word}")
            lines += [text for item in items for text in line(item)]
    return lines


def _questions(result: "Ledger") -> list[str]:
    if not result.trials:
        return ["Worth asking first: what was tried."]
    if not result.deciding_questions:
        return ["Nothing that is missing would change the stages."]
    lines = ["Worth asking next"]
    for number, question in enumerate(result.deciding_questions[:5], start=1):
        lines += _wrapped(f"{number}. {question.text}")
    return lines
