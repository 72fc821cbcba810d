"""Read the risk item of an instrument and say who must act, by when; an open answer is a task, never silence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from solstice.content.instrument_model import Instrument
from solstice.content.library import Library
from solstice.content.safety_model import ActWithin, ItemRule, Level, SafetyRules, Urgency
from solstice.kernel import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One thing a named person must look at.

    `id` is the same each time the same question gives it (`phq-9-item-9`). `escalate_after` is None where the next
    working day counts (`escalate_next_working_day`). `help_now`: show the help card at once, before anything else.
    """

    id: str
    level: str
    who: str
    act_within: ActWithin
    urgency: Urgency
    text: str
    reason: Reason
    help_now: bool
    ask_structured: bool
    block_unguided: bool
    escalate_after: timedelta | None
    escalate_next_working_day: bool
    escalate_to: str | None
    content_version: str

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "level": self.level,
            "who": self.who,
            "act_within": self.act_within,
            "urgency": self.urgency,
            "text": self.text,
            "reason": self.reason.text,
            "help_now": self.help_now,
            "ask_structured": self.ask_structured,
            "block_unguided": self.block_unguided,
            "escalate_after_minutes": int(self.escalate_after.total_seconds() // 60) if self.escalate_after else None,
            "escalate_next_working_day": self.escalate_next_working_day,
            "escalate_to": self.escalate_to,
        }


def signals_from_answers(
    instrument: Instrument, items: Sequence[int | None], library: Library, *, finished: bool = True
) -> tuple[Signal, ...]:
    """The signals of one set of answers: at most one for each risk item.

    `items` are in the order of the instrument; None is unanswered or "prefer not to say". `finished=False` while the
    person is still answering: an open question is then not yet a signal, an answered one is. Works for answers that
    cannot be scored, too.
    """
    rules = library.safety["signals"]
    found = [_signal(instrument, rule, items, rules) for rule in rules.items if rule.instrument == instrument.id]
    return tuple(
        signal for signal in found if signal is not None and (finished or signal.reason.code != "risk_item_unanswered")
    )


def _signal(instrument: Instrument, rule: ItemRule, items: Sequence[int | None], rules: SafetyRules) -> Signal | None:
    answer = items[rule.item - 1] if rule.item <= len(items) else None
    # an answer the rule does not know can only be a fault of the caller: it is asked about, never dropped
    level = rules.level(rule.unanswered if answer is None else rule.answers.get(answer, rule.unanswered))
    if level.act_within == "no_action":
        return None
    said = "left open" if answer is None else f"answered {answer} of {instrument.all_levels[-1]}"
    reason = Reason(
        code="risk_item_unanswered" if answer is None else "risk_item",
        text=f"{instrument.short_name} item {rule.item} was {said}.",
        sources=(rules.source(rule.source),),
    )
    return _as_signal(f"{instrument.id}-item-{rule.item}", level, reason, rules)


def _as_signal(name: str, level: Level, reason: Reason, rules: SafetyRules) -> Signal:
    step = rules.escalation_of(level.urgency)
    return Signal(
        id=name,
        level=level.id,
        who=level.who,
        act_within=level.act_within,
        urgency=level.urgency,
        text=level.text,
        reason=reason,
        help_now=level.show_help,
        ask_structured=level.ask_structured,
        block_unguided=level.block_unguided,
        escalate_after=timedelta(minutes=step.minutes) if step and step.minutes is not None else None,
        escalate_next_working_day=step.next_working_day if step else False,
        escalate_to=step.to if step else None,
        content_version=rules.version,
    )
