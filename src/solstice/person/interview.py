"""What was asked in the interview and what was answered; a topic that is absent was not asked, never "no"."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator

from solstice.content.interview_topic import (
    CheckTopic,
    DisorderTopic,
    FamilyTopic,
    OnsetTopic,
    ProtectiveTopic,
    StressTopic,
)
from solstice.content.read import Frozen
from solstice.person.partial_date import PartialDate, PartialDateField


class InterviewAnswer(Frozen):
    """One answer; `unknown` was asked and nobody knows. `on` is the day it was asked."""

    answer: Literal["yes", "no", "unknown"]
    on: PartialDateField | None = None
    note: str | None = Field(default=None, max_length=1000)


class MedicalCheck(Frozen):
    """Whether something was checked, when, and what came out; `done: no` is never done."""

    done: Literal["yes", "no", "unknown"] = "yes"
    checked: PartialDateField | None = None
    result: Literal["normal", "abnormal", "not_known"] | None = None

    @model_validator(mode="after")
    def _a_result_needs_a_check(self) -> Self:
        if self.done != "yes" and (self.checked is not None or self.result is not None):
            raise ValueError(
                "a date or a result is given for a check that is not done; write `done: yes`, or drop both"
            )
        return self


class TraumaGate(Frozen):
    """Whether something happened that still weighs: the answer only, never what happened."""

    answer: Literal["yes", "no", "prefers_not_to_say", "not_asked"]
    on: PartialDateField | None = None


class Interview(Frozen):
    """The section `interview` of a person file."""

    family: dict[FamilyTopic, InterviewAnswer] = Field(default_factory=dict)
    checks: dict[CheckTopic, MedicalCheck] = Field(default_factory=dict)
    disorders: dict[DisorderTopic, InterviewAnswer] = Field(default_factory=dict)
    stress: dict[StressTopic, InterviewAnswer] = Field(default_factory=dict)
    onset: dict[OnsetTopic, InterviewAnswer] = Field(default_factory=dict)
    protective: dict[ProtectiveTopic, InterviewAnswer] = Field(default_factory=dict)
    trauma: TraumaGate | None = None

    def answer(self, topic: str) -> InterviewAnswer | None:
        """The answer to `section.topic`, None when it was not asked."""
        section, _, name = topic.partition(".")
        answers: Mapping[str, InterviewAnswer] = getattr(self, section)
        return answers.get(name)

    def dates(self) -> Iterator[tuple[tuple[str, ...], PartialDate]]:
        """Every date with the keys under which it stands."""
        for section in ("family", "disorders", "stress", "onset", "protective"):
            for topic, told in getattr(self, section).items():
                if told.on is not None:
                    yield (section, topic, "on"), told.on
        for name, check in self.checks.items():
            if check.checked is not None:
                yield ("checks", name, "checked"), check.checked
        if self.trauma is not None and self.trauma.on is not None:
            yield ("trauma", "on"), self.trauma.on

    def late_by(self, at: date) -> tuple[tuple[str, ...], PartialDate] | None:
        """The first date after the day asked, with its keys; None when nothing is."""
        return next(((place, on) for place, on in self.dates() if on.earliest > at), None)
