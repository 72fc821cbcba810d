"""What the person's own trials say about an option: helped before, tried without help, or unclear."""

from dataclasses import dataclass
from typing import Literal

from solstice.content.option_model import AlreadyTried, Option
from solstice.person import PersonFile, Trial
from solstice.person.trial import span_of

Experience = Literal["helped_before", "adequate_without_help", "unclear_without_help"]
HELPED = {"remission", "response"}
NOT_HELPED = {"no_response", "worse", "partial_response"}


@dataclass(frozen=True, slots=True)
class Tried:
    experience: Experience
    text: str


def tried_before(option: Option, person: PersonFile) -> Tried | None:
    """The most telling of the person's trials of this option; None where it was not tried or nothing is known of it."""
    if option.tried is None:
        return None
    found = [judged for trial in person.trials if (judged := _judge(trial, option, option.tried)) is not None]
    return min(found, key=lambda tried: (ORDER.index(tried.experience), tried.text)) if found else None


ORDER: tuple[Experience, ...] = ("helped_before", "adequate_without_help", "unclear_without_help")


def _judge(trial: Trial, option: Option, how: AlreadyTried) -> Tried | None:
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
    if how.adequate_sessions is not None and span_of(trial.sessions).low >= how.adequate_sessions:
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
