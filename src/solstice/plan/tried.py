"""What the person's own trials say about an option; whether a course was adequate is the ledger's judgement."""

from dataclasses import dataclass
from typing import Literal

from solstice.content.option_model import AlreadyTried, Option
from solstice.ledger import Ledger
from solstice.person import PersonFile, Trial
from solstice.person.trial import span_of

Experience = Literal["helped_before", "adequate_without_help", "unclear_without_help"]
HELPED = {"remission", "response"}
NOT_HELPED = {"no_response", "worse", "partial_response"}


@dataclass(frozen=True, slots=True)
class Tried:
    experience: Experience
    text: str


def tried_before(option: Option, person: PersonFile, ledger: Ledger | None) -> Tried | None:
    """The most telling of the person's trials of this option; None where it was not tried or nothing is known of it."""
    if option.tried is None:
        return None
    adequate = {judged.index: judged.adequate for judged in ledger.trials} if ledger else {}
    found = [
        tried
        for index, trial in enumerate(person.trials)
        if (tried := _judge(trial, option, option.tried, adequate.get(index))) is not None
    ]
    return min(found, key=lambda tried: (ORDER.index(tried.experience), tried.text)) if found else None


ORDER: tuple[Experience, ...] = ("helped_before", "adequate_without_help", "unclear_without_help")


def _judge(trial: Trial, option: Option, how: AlreadyTried, adequate: bool | None) -> Tried | None:
    if trial.kind != how.kind or not _same_agent(trial, how):
        return None
    name, sessions = option.name, _sessions(trial)
    if trial.outcome in HELPED:
        return Tried("helped_before", f"{name} helped before ({sessions}).")
    if trial.outcome not in NOT_HELPED or trial.stopped_for == "side_effects":
        return None
    if trial.outcome == "partial_response":
        return Tried("unclear_without_help", f"{name} was tried ({sessions}) and helped in part.")
    outcome = "has not helped yet"
    if adequate and span_of(trial.sessions).low >= (how.adequate_sessions or 0):
        return Tried("adequate_without_help", f"{name} was tried with {sessions} and {outcome}.")
    return Tried("unclear_without_help", f"{name} was tried ({sessions}) and {outcome}; whether it was enough is open.")


def _same_agent(trial: Trial, how: AlreadyTried) -> bool:
    if not how.agents:
        return True
    return trial.agent is not None and trial.agent.strip().lower().replace(" ", "-") in how.agents


def _sessions(trial: Trial) -> str:
    if trial.sessions is None:
        return "number of sessions not known"
    span = span_of(trial.sessions)
    if span.is_known:
        return f"{span.low:g} sessions"
    return f"at least {span.low:g} sessions" if span.high == float("inf") else f"{span.low:g} to {span.high:g} sessions"
