"""What a person is asked about one treatment, one question a screen, and what each answer says as a fact.

An answer is kept as the person gave it (`TrialRow.said`); "I don't know" is an answer. The facts made from it stand
beside it, so that a clinician can correct a fact without touching what was said.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from solstice_web.ledger.dates import LONGEST, NotADateError, NotYetError, read_date
from solstice_web.ledger.names import match_of

UNKNOWN, SEVERAL, STILL = "unknown", "several", "still"
LONGEST_WORDS = 300
MOST_MG = 100_000

QUESTIONS_OF: Mapping[str, tuple[str, ...]] = {
    "medicine": ("name", "sort", "number", "when", "long", "dose", "days", "helped", "stopped", "now"),
    "augmentation": ("name", "when", "long", "dose", "days", "helped", "stopped", "now"),
    "psychotherapy": ("name", "when", "times", "home", "helped", "stopped", "now"),
    "tms": ("when", "times", "helped", "stopped", "now"),
    "ect": ("when", "times", "sides", "helped", "stopped", "now"),
    "ketamine": ("when", "times", "helped", "stopped", "now"),
    "esketamine": ("when", "times", "helped", "stopped", "now"),
    "other": ("name", "when", "long", "helped", "stopped", "now"),
}
"""What is asked about each kind, in this order; some only after a certain answer (see `questions_for`)."""

CHOICES: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "sort": {
        "SSRI": {"agent_class": "SSRI"},
        "SNRI": {"agent_class": "SNRI"},
        "TCA": {"agent_class": "TCA"},
        "MAOI": {"agent_class": "MAOI"},
        UNKNOWN: {"agent_class": None},
    },
    "number": {
        "2": {"count": 2},
        "3": {"count": 3},
        "4": {"count": 4},
        "more": {"count": {"at_least": 5}},
        UNKNOWN: {"count": {"at_least": 2}},
    },
    "long": {
        "under_4_weeks": {"weeks_at_dose": {"at_most": 3.9}},
        "to_2_months": {"weeks_at_dose": {"at_most": 8.7}},
        "to_6_months": {"weeks_at_dose": {"at_most": 26}},
        "longer": {"weeks_at_dose": None},
        STILL: {"weeks_at_dose": None, "stopped_for": "continuing", "in_episode": True},
        UNKNOWN: {"weeks_at_dose": None},
    },
    "days": {
        "most": {"adherence": "good"},
        "some": {"adherence": "partial"},
        "few": {"adherence": "poor"},
        UNKNOWN: {"adherence": "unknown"},
    },
    "home": {
        "most": {"home_practice": "most"},
        "some": {"home_practice": "some"},
        "little": {"home_practice": "little"},
        UNKNOWN: {"home_practice": "unknown"},
    },
    "sides": {"both": {"laterality": "bilateral"}, "one": {"laterality": "unilateral"}, UNKNOWN: {"laterality": None}},
    "helped": {
        "lot": {"outcome": "response"},
        "some": {"outcome": "partial_response"},
        "not": {"outcome": "no_response"},
        "worse": {"outcome": "worse"},
        UNKNOWN: {"outcome": "unknown"},
    },
    "stopped": {
        "no_help": {"stopped_for": "inefficacy"},
        "side_effects": {"stopped_for": "side_effects"},
        "other": {"stopped_for": "other"},
        STILL: {"stopped_for": "continuing", "in_episode": True},
        UNKNOWN: {"stopped_for": None},
    },
    "now": {"yes": {"in_episode": True}, "no": {"in_episode": False}, UNKNOWN: {"in_episode": "unknown"}},
}
"""The answers of each question that is answered by a tap, and the facts each one gives.

How long it was taken only bounds the weeks at dose from above: when the dose was reached is not asked. "Helped a lot"
is read as a response, never as remission, which needs a measure.
"""
DATES, NUMBERS, WORDS = ("when",), ("dose", "times"), ("name",)
FROM_TODAY = re.compile(r"\bago$|\b(?:this|last) year$", re.IGNORECASE)
DISPUTED = "mistaken"
"""Key of `said` for "this is not right about me"; its answer is `yes` or `no`."""


class NotAnAnswerError(ValueError):
    """What was told is no answer to this question; `code` names why."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def questions_for(kind: str, said: Mapping[str, str]) -> tuple[str, ...]:
    """What is asked about this treatment, given what was answered so far."""
    asked = []
    name, still = said.get("name"), STILL in (said.get("long"), said.get("stopped"))
    for question in QUESTIONS_OF.get(kind, ()):
        if question == "sort" and name != UNKNOWN:
            continue
        if question == "number" and name != SEVERAL:
            continue
        if name == SEVERAL and question in ("when", "long", "dose", "days"):
            continue
        if question == "stopped" and said.get("long") == STILL:
            continue
        if question == "now" and still:
            continue
        asked.append(question)
    return tuple(asked)


def first_open(kind: str, said: Mapping[str, str]) -> str | None:
    """The first question that has no answer yet; "I don't know" is one."""
    return next((question for question in questions_for(kind, said) if question not in said), None)


@dataclass(frozen=True, slots=True)
class Heard:
    """Where and when something was told: the kind of treatment, the person's own day and their zone."""

    kind: str
    today: date
    zone: ZoneInfo


def facts_of(question: str, words: str, heard: Heard) -> dict[str, Any]:
    """The facts an answer gives; None makes a fact unknown again. Raises NotAnAnswerError."""
    if len(words) > LONGEST_WORDS:
        raise NotAnAnswerError("too_long")
    if question in CHOICES:
        if words not in CHOICES[question]:
            raise NotAnAnswerError("choose")
        return dict(CHOICES[question][words])
    if not words:
        raise NotAnAnswerError("empty")
    if question == "name":
        return _named(words, heard.kind)
    if question == "when":
        return {"started": _date(words, heard)}
    if question in NUMBERS:
        return {"dose" if question == "dose" else "sessions": _number(words)}
    raise NotAnAnswerError("choose")


def _named(words: str, kind: str) -> dict[str, Any]:
    """The agent where the library knows it, else the words; a name of another kind moves a medicine to that kind."""
    if words in (UNKNOWN, SEVERAL):
        return {"agent": None, "agent_class": None, "count": {"at_least": 2} if words == SEVERAL else None}
    nothing = {"agent": None, "agent_class": None, "count": None}
    found = match_of(words, kind)
    if found is None:
        return {**nothing, "agent": words[:120]}
    return {**nothing, **found.facts}


def _date(words: str, heard: Heard) -> Any:
    """The date, or an event of their life in their words."""
    if words == UNKNOWN:
        return None
    if len(words) > LONGEST:
        raise NotAnAnswerError("too_long")
    try:
        return read_date(words, today=heard.today, zone=heard.zone, any_words=True)
    except NotYetError:
        raise NotAnAnswerError("started") from None
    except NotADateError:
        raise NotAnAnswerError("date") from None


def _number(words: str) -> float | None:
    if words == UNKNOWN:
        return None
    text = words.casefold().replace(",", ".").removesuffix("mg").removesuffix("times").strip()
    try:
        number = float(text)
    except ValueError:
        raise NotAnAnswerError("number") from None
    if not 0 < number <= MOST_MG:
        raise NotAnAnswerError("number")
    return number


def retold(question: str, words: str, heard: Heard, said: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """The facts that an answer changes, and everything said with it. Raises NotAnAnswerError.

    Who no longer "still takes it" is asked again what rested on that.
    """
    if question == DISPUTED:
        return {}, {**said, DISPUTED: "yes" if words == "yes" else "no"}
    facts, kept = facts_of(question, words, heard), dict(said)
    if kept.get(question) == STILL and words != STILL:
        for other in ("stopped", "now"):
            kept.pop(other, None)
        facts = {"stopped_for": None, "in_episode": "unknown", **facts}
    return facts, {**kept, question: words}


def differing(said: Mapping[str, str], facts: Mapping[str, Any], *, zone: ZoneInfo) -> tuple[str, ...]:
    """The questions whose answer says something else than the facts do now: a clinician wrote it differently.

    A time counted from the day of telling ("2 years ago") is not compared: that day is not the day of reading.
    """
    heard = Heard(str(facts.get("kind", "")), date.max, zone)
    said = {key: words for key, words in said.items() if key != "when" or not FROM_TODAY.search(words)}
    found = []
    for question in questions_for(heard.kind, said):
        if question == "name" and said.get("name") == SEVERAL and "number" in said:
            continue  # how many they were was told more exactly
        try:
            told = facts_of(question, said[question], heard) if question in said else {}
        except NotAnAnswerError:
            continue
        if any(value is not None and facts.get(name) != value for name, value in told.items() if name != "kind"):
            found.append(question)
    return tuple(found)
