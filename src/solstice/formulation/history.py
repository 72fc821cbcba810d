"""Decide conditions on the interview, the family, medical checks and treatments tried; not asked is never no."""

from calendar import monthrange
from datetime import date

from solstice.content.constraint_model import CheckIs, FamilyListed, Told, TrialIs
from solstice.content.interview_topic import TRAUMA
from solstice.formulation.basis import Basis, Finding
from solstice.formulation.known import Known
from solstice.person import InterviewAnswer, PartialDate, Trial

HistoryCondition = FamilyListed | Told | CheckIs | TrialIs


def decide_history(condition: HistoryCondition, known: Known) -> Finding:
    """Whether the condition holds; what was not asked, or nobody knows, is not known."""
    match condition:
        case FamilyListed():
            return _family(condition, known)
        case Told():
            return _gate(known) if condition.told == TRAUMA else _told(condition, known)
        case CheckIs():
            return _check(condition, known)
        case TrialIs():
            return _trial(condition, known)


def _family(condition: FamilyListed, known: Known) -> Finding:
    name = condition.family.replace("-", " ")
    if condition.family not in known.family:
        return Finding(None, f"{name} is not on the family list, which does not rule it out")
    basis = Basis("list", f"family.{condition.family}", "on the family list")
    return Finding(True, f"{name} is on the family list", (), (basis.id,), (basis,))


def _told(condition: Told, known: Known) -> Finding:
    found = known.interview.answer(condition.told)
    name = condition.told.partition(".")[2].replace("-", " ")
    if found is None:
        return Finding(
            None, f"interview, {name}: not asked", (known.topic_questions[condition.told],), (condition.told,)
        )
    basis = Basis("interview", condition.told, found.answer, _on(found))
    truth = {"yes": True, "no": False}.get(found.answer)
    word = "asked, not known" if truth is None else found.answer
    return Finding(truth, f"interview, {name}: {word}", (), (condition.told,), (basis,))


def _gate(known: Known) -> Finding:
    gate = known.interview.trauma
    if gate is None or gate.answer == "not_asked":
        return Finding(None, "interview: not asked", (known.topic_questions[TRAUMA],), (TRAUMA,))
    on = None if gate.on is None else str(gate.on)
    truth = {"yes": True, "no": False}.get(gate.answer)
    word = "asked, prefers not to say" if truth is None else gate.answer
    return Finding(truth, f"interview: {word}", (), (TRAUMA,), (Basis("interview", TRAUMA, gate.answer, on),))


def _on(found: InterviewAnswer) -> str | None:
    return None if found.on is None else str(found.on)


def _check(condition: CheckIs, known: Known) -> Finding:
    found = known.interview.checks.get(condition.check)
    name, fact = condition.check.replace("-", " "), f"check.{condition.check}"
    if found is None:
        return Finding(
            None, f"check of {name}: not asked", (f"Was {name} checked, when, and with which result?",), (fact,)
        )
    if found.done != "yes" or found.result in {None, "not_known"}:
        word = {"no": "never done", "unknown": "not known whether it was done"}.get(found.done, "result not known")
        basis = Basis("check", condition.check, word, None if found.checked is None else str(found.checked))
        return Finding(None, f"check of {name}: {word}", (f"Have {name} checked.",), (fact,), (basis,))
    on = None if found.checked is None else str(found.checked)
    assert found.result is not None
    truth: bool | None = found.result in condition.one_of
    if not truth and is_due(found.checked, known.check_months.get(condition.check), known.at) is not False:
        truth = None  # an old or undated normal result clears nothing
    text = f"check of {name}: {found.result}" + (f" ({on})" if on else " (date not known)")
    ask = (f"Have {name} checked again.",) if truth is None else ()
    return Finding(truth, text, ask, (fact,), (Basis("check", condition.check, found.result, on),))


def is_due(checked: PartialDate | None, months: int | None, at: date) -> bool | None:
    """Whether a check must be repeated by `at`; None where its date leaves that open."""
    if months is None:
        return False
    if checked is None:
        return None
    if months_after(checked.latest, months) < at:
        return True
    return None if months_after(checked.earliest, months) < at else False


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month."""
    month = day.year * 12 + day.month - 1 + months
    year, number = month // 12, month % 12 + 1
    return date(year, number, min(day.day, monthrange(year, number)[1]))


def _trial(condition: TrialIs, known: Known) -> Finding:
    name = "what treatments have done" if condition.trial == "outcome" else "how treatments were taken"
    holding = [trial for trial in known.trials if getattr(trial, condition.trial) in condition.one_of]
    if holding:
        basis = tuple(_basis_of(trial, condition.trial) for trial in holding)
        text = "; ".join(f"{one.id}: {one.value}" for one in basis)
        return Finding(True, f"treatments tried, {text}", (), ("trials",), basis)
    told = [getattr(trial, condition.trial) for trial in known.trials]
    if not told or any(value in {None, "unknown"} for value in told):
        return Finding(None, f"{name} is not fully known", (f"Complete the history: {name}.",), ("trials",))
    basis = tuple(_basis_of(trial, condition.trial) for trial in known.trials)
    words = " or ".join(value.replace("_", " ") for value in condition.one_of)
    return Finding(False, f"treatments tried: none with {words}", (), ("trials",), basis)


def _basis_of(trial: Trial, what: str) -> Basis:
    name = trial.agent or trial.agent_class or trial.kind
    started = None if trial.started is None else str(trial.started)
    return Basis("trial", name, str(getattr(trial, what)).replace("_", " "), started)
