"""What has changed, in words: short and without labels for the patient, exact with the rule for the clinician."""

from datetime import date

from solstice.content.instrument_model import Instrument
from solstice.instruments import Change, reliable_change, response
from solstice.instruments.change import improvement, percent_improvement
from solstice.kernel import Refusal
from solstice.progress.outcome import Baseline, State
from solstice.progress.series import Series

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
LOOK_BACK_DAYS = 28


def patient_sentence(instrument: Instrument, series: Series, *, state: State, at: date) -> str:
    """What a patient reads: the change in points and whether it is more than chance. Never a label, never a cut-off."""
    if state == "no_data":
        return "There is nothing to show yet. Your first answers start the picture."
    if len(series.scored) < 2:
        return "This is your first score. The next one will show if things move."
    parts = [_change_in_words(instrument, series, at)]
    match state:
        case "worse" | "relapse_signal":
            parts.append("This can happen. It is not your fault. Please talk with your care team about it.")
        case "off_track":
            parts.append("What you do now has not helped enough yet. That is not your fault. There is more to try.")
        case "response":
            parts.append("Things are a lot better than at the start.")
        case "remission":
            parts.append("Most of the hard things are now rare.")
        case "no_data" | "too_early" | "on_track" | "not_for_age":
            pass
    if series.gaps:
        parts.append("Some days have no score. That is fine.")
    return " ".join(parts)


def _change_in_words(instrument: Instrument, series: Series, at: date) -> str:
    current_on, current = series.scored[-1]
    before_on, before = about_four_weeks_before(series)
    change = reliable_change(instrument, before, current)
    when = how_long_before(before_on, current_on, at)
    if change.points == 0:
        return f"Your score is the same as {when}."
    size = abs(change.points)
    points = "1 point" if size == 1 else f"{size:g} points"
    sentence = (
        f"{points} better than {when}." if change.points > 0 else f"{points} higher than {when}. Higher means harder."
    )
    match change.verdict:
        case "unchanged":
            return f"{sentence} That is within the usual wobble."
        case "improved" | "worse":
            return f"{sentence} That is more than the usual wobble."
        case None:
            return sentence


def about_four_weeks_before(series: Series) -> tuple[date, float]:
    """The earlier total nearest to four weeks before the current one; of two equally near, the older."""
    current_on = series.scored[-1][0]
    return min(series.scored[:-1], key=lambda scored: (abs((current_on - scored[0]).days - LOOK_BACK_DAYS), scored[0]))


def how_long_before(before_on: date, current_on: date, at: date) -> str:
    """How far the earlier total lies back, in words: "ago" where the later one is of this week."""
    is_recent = (at - current_on).days < 7
    days = (current_on - before_on).days
    if days < 7:
        return _ago(days, "day", is_recent=is_recent)
    return _ago(round(days / 7), "week", is_recent=is_recent)


def _ago(count: int, unit: str, *, is_recent: bool) -> str:
    number = NUMBERS[count] if count < len(NUMBERS) else str(count)
    return f"{number} {unit if count == 1 else unit + 's'} {'ago' if is_recent else 'before'}"


def clinician_sentences(
    instrument: Instrument,
    series: Series,
    *,
    baseline: Baseline | None,
    rule: str,
    at: date,
    refused: Refusal | None = None,
) -> tuple[str, ...]:
    """Exact sentences, each with its rule; `refused` is why cut-offs do not judge a person of this age."""
    name = instrument.short_name
    if baseline is None:
        return (f"{name}: no total until {at}.",)
    after = [(on, total) for on, total in series.scored if on > baseline.on]
    lines = [f"Baseline {baseline.total:g} on {baseline.on}: {baseline.rule}."]
    if after:
        on, total = after[-1]
        lines += [_distance(instrument, baseline, on, total), _reliable(instrument, baseline, total)]
        lines += _judged(instrument, baseline, total) if refused is None else []
        if (at - on).days > LOOK_BACK_DAYS:
            lines.append(f"The last total is {(at - on).days} days old.")
    lines.append(f"Rule: {rule}.")
    if series.gaps:
        lines.append(f"Without a total: {', '.join(str(day) for day in series.gaps)}.")
    if series.doubled:
        lines.append(f"Two totals on {', '.join(str(day) for day in series.doubled)}: the last one entered counts.")
    return tuple(lines)


def _judged(instrument: Instrument, baseline: Baseline, total: float) -> list[str]:
    lines: list[str] = []
    responded = response(instrument, baseline.total, total)
    if instrument.response and responded is not None:
        unit = "percent" if instrument.response.kind == "percent" else "points"
        lines.append(f"Response (drop of {instrument.response.at_least:g} {unit} or more): {_yes(responded)}.")
    if instrument.remission:
        limit = instrument.remission
        lines.append(f"Remission (total of {limit.at_most} or less): {_yes(limit.met_by(total))}.")
    return lines


def _distance(instrument: Instrument, baseline: Baseline, on: date, total: float) -> str:
    points = improvement(instrument, baseline.total, total)
    percent = percent_improvement(instrument, baseline.total, total)
    share = "" if percent is None else f" ({abs(float(percent)):.0f} %)"
    weeks = (on - baseline.on).days / 7
    size = "1 point" if abs(points) == 1 else f"{abs(points):g} points"
    direction = "the same as" if points == 0 else f"{size}{share} {'better' if points > 0 else 'worse'} than"
    return f"{instrument.short_name} {total:g} on {on}: {direction} the baseline, after {weeks:.1f} weeks."


def _reliable(instrument: Instrument, baseline: Baseline, total: float) -> str:
    change: Change = reliable_change(instrument, baseline.total, total)
    if change.verdict is None or change.source is None:
        return "Reliable change: no value is known for this scale."
    draft = ", to be confirmed" if change.source.is_draft else ""
    return f"Reliable change ({change.threshold:g} points or more; {change.source.citation}{draft}): {change.verdict}."


def _yes(value: bool) -> str:
    return "yes" if value else "no"
