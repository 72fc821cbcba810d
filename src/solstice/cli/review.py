"""`solstice review`: a series of totals → on track or not, response, remission, reliable change, sudden gains."""

from datetime import date
from pathlib import Path

import click

from solstice.cli.main import json_option, show
from solstice.cli.score import instrument_named, refuse
from solstice.cli.series_csv import read_series
from solstice.content.instrument_model import Instrument
from solstice.progress import Review, ReviewError, review

OLDEST = 120
IN_WORDS = {
    "no_data": "no data",
    "too_early": "too early to tell",
    "on_track": "on track",
    "off_track": "off track",
    "worse": "worse",
    "response": "response",
    "remission": "remission",
    "relapse_signal": "signal of relapse",
    "not_for_age": "not judged at this age",
}


@click.command("review")
@click.argument("series", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--instrument", "instrument_id", default="phq-9", show_default=True, help="What the totals are.")
@click.option("--at", metavar="DATE", help="Review as of this day; the last day of the file where it is not given.")
@click.option("--baseline", metavar="DATE", help="The day change is counted from; the first total where not given.")
@click.option("--person", metavar="ID", help="Whose rows, where the file holds several people.")
@click.option(
    "--age", metavar="YEARS", help="Age in years, or a range such as 17-18; adult cut-offs are refused under 18."
)
@json_option
def review_command(
    series: Path,
    *,
    instrument_id: str,
    at: str | None,
    baseline: str | None,
    person: str | None,
    age: str | None,
    as_json: bool,
) -> None:
    """Review SERIES, a CSV with the columns date,total (or date and the items); an empty total is a gap."""
    instrument = instrument_named(instrument_id)
    points = read_series(series, instrument, person=person)
    last = max(point.on for point in points)
    day = _day("--at", at) or last
    try:
        since = _day("--baseline", baseline)
        result = review(points, instrument=instrument, at=day, baseline_on=since, ages=_ages(age))
    except ReviewError as error:
        refuse(str(error))
    later = sum(point.on > day for point in points)
    show(result.to_json(), page(instrument, result, later=later), as_json=as_json)


def _day(option: str, text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        refuse(f"{option}: '{text}' is not a day; write it as 2026-11-22")
        return None


def _ages(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    youngest, _, oldest = text.partition("-")
    ends = [part.strip() for part in (youngest, oldest or youngest)]
    if not all(end.isascii() and end.isdigit() and int(end) <= OLDEST for end in ends) or int(ends[0]) > int(ends[1]):
        refuse(f"--age: '{text}' is no age; write years such as 34, or a range such as 17-18")
    return int(ends[0]), int(ends[1])


def page(instrument: Instrument, result: Review, *, later: int = 0) -> str:
    lines = [f"{instrument.name}, {result.at}: {IN_WORDS[result.state]}"]
    lines += [f"  {sentence}" for sentence in result.clinician]
    lines += [
        f"  Sudden gain from {gain.before:g} on {gain.before_on} to {gain.after:g} on {gain.after_on}."
        for gain in result.sudden_gains
    ]
    lines += [f"  {result.age_note}"] if result.age_note else []
    lines += [f"  To do: {result.do}."] if result.do else []
    lines += [f"  {later} later {'row is' if later == 1 else 'rows are'} not used."] if later else []
    lines += ["  For the patient:", f"    {result.patient}"]
    if instrument.is_draft:
        lines.append("  Draft content: no clinician has signed these rules yet.")
    return "\n".join(lines)
