"""An early stop that is asked about leaves room only for what its known facts still allow."""

from solstice.content import Library
from solstice.ledger import assess
from solstice.person.file import parse_person

LIBRARY = Library()


def european_of(weeks: int, stopped_for: str) -> tuple[float, float]:
    text = (
        "solstice: person/1\nid: a\nat: 2026-11-22\nepisode: {months: 12, severity: moderate, psychosis: false}\n"
        f"trials: [{{kind: medicine, agent: venlafaxine, weeks_at_dose: {weeks}, outcome: no_response, "
        f"adherence: good, stopped_for: {stopped_for}}}]\n"
    )
    span = assess(parse_person(text), LIBRARY).staging["european"].span
    assert span is not None
    return span.low, span.high


def test_five_known_weeks_are_never_six_however_the_trial_ended() -> None:
    assert european_of(5, "side_effects") == european_of(5, "other") == (0, 0)


def test_with_enough_weeks_the_missing_dose_is_still_asked_about() -> None:
    assert european_of(9, "side_effects") == (0, 1)
    assert european_of(9, "other") == (0, 1)
