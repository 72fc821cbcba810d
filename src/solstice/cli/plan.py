"""`solstice plan FILE`: the ranked options with effect, interval, reasons for and against, cautions and refusals."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from solstice.cli.main import json_option, little_collecting, show

if TYPE_CHECKING:
    from solstice.content import Library
    from solstice.learn import Posterior
    from solstice.person import PersonFile
    from solstice.plan import Plan, PlannedOption
    from solstice.plan.clinic import ClinicPart
    from solstice.plan.frequencies import Frequency, NaturalFrequencies
    from solstice.plan.result import ClinicShown
    from solstice.plan.trial_file import TrialFile


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--evidence",
    type=click.Path(path_type=Path),
    help="Trials in the Metapsy data standard (CSV): pooled, and counted for the options they are about.",
)
@click.option(
    "--outcomes",
    type=click.Path(path_type=Path),
    help="The clinic's own outcomes: a CSV treatment,outcome,covariates…, or a posterior of `solstice learn fit`.",
)
@click.option(
    "--forecasts",
    type=click.Path(path_type=Path),
    help="With --outcomes: what was forecast before outcomes were known (CSV); where that came true, shares are shown.",
)
@json_option
@little_collecting()
def plan(file: Path, *, evidence: Path | None, outcomes: Path | None, forecasts: Path | None, as_json: bool) -> None:
    """Rank the options for the person in FILE, with reasons and doubt."""
    from solstice.content import Library
    from solstice.person import read_person
    from solstice.plan import recommend
    from solstice.plan.frequencies import NO_FREQUENCIES

    if forecasts is not None and outcomes is None:
        raise click.UsageError("--forecasts goes with --outcomes, from which this person's shares are worked out")
    person, library, trials = read_person(file), Library(), None
    if evidence is not None:
        from solstice.plan.trial_file import with_trials

        library, trials = with_trials(evidence, library)
    clinic, frequencies = None, NO_FREQUENCIES
    if outcomes is not None:
        posterior = _posterior(outcomes, library)
        clinic = _clinic(posterior, person, library)
        if forecasts is not None:
            frequencies = _frequencies(forecasts, posterior, person, library)
    found = recommend(person, library, clinic=clinic, trials=trials, frequencies=frequencies)
    show(found.to_json(), page(found), as_json=as_json)


def _posterior(outcomes: Path, library: "Library") -> "Posterior":
    """What the clinic's outcomes teach; learning starts from the published evidence."""
    from solstice.learn import gather, learn
    from solstice.learn.stored import read_posterior
    from solstice.learn.table import read_outcomes
    from solstice.plan.clinic import prior_of

    if outcomes.suffix.lower() == ".json":
        return read_posterior(outcomes)
    sums = gather(read_outcomes(outcomes))
    return learn(sums, prior_of(library, sums.treatments))


def _clinic(posterior: "Posterior", person: "PersonFile", library: "Library") -> "ClinicPart":
    from solstice.plan.clinic import clinic_part

    return clinic_part(posterior, person, library)


def _frequencies(
    forecasts: Path, posterior: "Posterior", person: "PersonFile", library: "Library"
) -> "NaturalFrequencies":
    """Shares of people like this one, where what was forecast came true."""
    from solstice.learn.forecast import Forecaster
    from solstice.learn.told_table import read_told
    from solstice.plan.clinic import LEAST_TREATED, covariates_of
    from solstice.plan.frequencies import natural_frequencies

    forecaster = Forecaster(posterior.statistics, least_treated=LEAST_TREATED)
    return natural_frequencies(read_told(forecasts), forecaster, covariates_of(person, library))


def page(found: "Plan") -> str:
    """The plan as text."""
    lines = [*(f"! {notice}" for notice in found.notices), found.sentence]
    lines.append("Benefit is in SD units of symptom change against continuing as now, with an 80 % interval.")
    shares = found.natural_frequencies.options
    for option in found.options:
        lines += ["", *_option(option, shares.get(option.id))]
    if found.adjuncts:
        lines += ["", "Beside a main treatment (at most two at a time):"]
        for option in found.adjuncts:
            lines += ["", *_option(option)]
    if found.refused:
        lines += ["", "Not now:", *(f"  {one.name}: {one.reason}" for one in found.refused)]
    if found.not_offered:
        shown = (f"{one.name} ({one.benefit.mean:+.2f})" for one in found.not_offered)
        lines += ["", f"Not to be had here: {', '.join(shown)}."]
    if found.would_change:
        lines += ["", "Worth asking, because the answer would change this list:"]
        for change in found.would_change:
            lines.append(f"  {change.question} {' '.join(change.answers)}")
    if found.trial_file:
        lines += ["", *_trials(found.trial_file)]
    lines += ["", found.natural_frequencies.why]
    mark = " Draft: no clinician has signed this content yet." if found.is_draft else ""
    lines += ["", f"Content {found.content_version}, facts {found.input_hash}.{mark} A human decides."]
    return "\n".join(lines)


def _trials(found: "TrialFile") -> list[str]:
    """The file by its hash, what of it counts, and what does not."""
    lines = [f"Trials of {found.name} ({found.rows} rows, {found.studies} studies, sha256 {found.sha256}):"]
    for one in found.used:
        tau2 = "" if one.tau2 is None else f", tau² {one.tau2:.3f}"
        span = "" if one.pi_lower is None else f", a new study may find {one.pi_lower:+.2f} to {one.pi_upper:+.2f}"
        lines.append(
            f"  {one.option}: g {one.g:+.2f} ({one.lower:+.2f} to {one.upper:+.2f}, 95 %), {one.k} rows of "
            f"{one.studies} studies{tau2}{span}; {one.certainty.replace('_', ' ')} certainty"
        )
        lines += [f"    in the place of {name}" for name in one.replaces]
        lines += [f"    together with {name}, weighed by precision" for name in one.joins]
    for left in found.not_used:
        lines.append(f"  not used, {left.rows} {'row' if left.rows == 1 else 'rows'} {left.what}: {left.because}")
    return lines


def whose(clinic: "ClinicShown") -> str:
    """Whose outcomes a shift rests on; other clinics always by name."""
    if not clinic.others:
        return f"this clinic's {clinic.outcomes} outcomes"
    return f"{clinic.outcomes} outcomes, {clinic.own} of this clinic, the rest of {', '.join(clinic.others)}"


def _option(option: "PlannedOption", shares: "Frequency | None" = None) -> list[str]:
    benefit, parts = option.benefit, option.parts
    person = sum(round(row.value * 100) for row in parts.person) / 100
    head = f"{option.rank}. {option.name} (group {option.group})"
    lines = [
        f"{head}: {benefit.mean:+.2f} ({benefit.lower:+.2f} to {benefit.upper:+.2f})",
        (
            f"   evidence {parts.evidence:+.2f}, person {person:+.2f}, clinic {parts.clinic:+.2f}, "
            f"preference {parts.preference:+.2f}"
        ),
    ]
    burden = option.burden
    wait = "" if burden.waiting_weeks is None else f", {burden.waiting_weeks:g} weeks until it can begin"
    lines.append(
        f"   asks {burden.hours[0]:g} to {burden.hours[1]:g} hours in all, can be judged after "
        f"{burden.weeks_to_judge:g} weeks, side effects: {burden.side_effects}{wait}; among the best in "
        f"{option.chance_among_best:.0%} of what is possible"
    )
    if option.clinic is not None:
        state = "in shadow, moves nothing" if option.clinic.is_shadow else "counted"
        lines.append(f"   {whose(option.clinic)}: {option.clinic.shift:+.2f} ({state})")
    if shares is not None:
        lines.append(f"   {shares.sentence} ({shares.source})")
    lines += [f"   + {reason.text}" for reason in option.for_]
    lines += [f"   - {reason.text}" for reason in option.against]
    lines += [f"   ! {reason.text}" for reason in option.cautions]
    lines += [f"   ? {text}" for text in option.unknown]
    return lines
