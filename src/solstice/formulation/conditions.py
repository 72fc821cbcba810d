"""Decide conditions in three values, each with the sentence that says why: true, false, or not known."""

from solstice.content.constraint_model import (
    AllOf,
    Always,
    AnyOf,
    CheckIs,
    Condition,
    FactIs,
    FamilyListed,
    ItemIs,
    Listed,
    NumberIs,
    ScoreIs,
    Told,
    TrialIs,
)
from solstice.formulation.basis import Basis, Finding
from solstice.formulation.history import decide_history
from solstice.formulation.known import Known, Latest
from solstice.kernel import Span

NUMBER_NAMES = {
    "age": ("age", "years", "How old is the person?"),
    "previous-episodes": ("number of earlier episodes", "", "How many episodes were there before?"),
    "episode-months": ("length of the episode", "months", "When did this episode start?"),
    "adequate-failed-trials": (
        "number of antidepressants that were adequate and have not helped",
        "",
        "Which antidepressants were taken in this episode, at which dose and for how long?",
    ),
}


def decide(condition: Condition, known: Known) -> Finding:  # noqa: PLR0911 - one return a kind of condition
    """Whether the condition holds for this person. What is unknown is never taken as false."""
    match condition:
        case Always():
            return Finding(True, "always")
        case FactIs():
            return _fact(condition, known)
        case ScoreIs():
            return _score(condition, known)
        case ItemIs():
            return _item(condition, known)
        case NumberIs():
            return _number(condition, known)
        case Listed():
            return _listed(condition, known)
        case FamilyListed() | Told() | CheckIs() | TrialIs():
            return decide_history(condition, known)
        case AllOf():
            return _all(tuple(decide(part, known) for part in condition.all_of))
        case AnyOf():
            return _any(tuple(decide(part, known) for part in condition.any_of))


def _fact(condition: FactIs, known: Known) -> Finding:
    words, value = known.fact_words[condition.fact], known.facts[condition.fact]
    if value is None:
        return Finding(None, f"{words.name} is not known", (words.question,), (condition.fact,))
    shown = {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else value
    basis = Basis("fact", condition.fact, str(shown))
    return Finding(value in condition.one_of, f"{words.name}: {shown}", (), (condition.fact,), (basis,))


def _score(condition: ScoreIs, known: Known) -> Finding:
    name, facts = known.instrument_name(condition.score), (condition.score,)
    latest = known.latest.get(condition.score)
    total = latest.total() if latest else None
    if latest is None or total is None:
        return Finding(None, f"{name} was not answered", (f"Ask for {name}.",), facts)
    truth = _fresh(_compare(total, condition.at_least, condition.below), latest)
    shown = _number_text(total.low) if total.is_known else f"{_number_text(total.low)} to {_number_text(total.high)}"
    text = f"{name} is {shown}{_bound(condition.at_least, condition.below, truth)}{_age_note(latest)}"
    basis = Basis("answer", condition.score, shown, latest.on.isoformat())
    ask = () if truth is not None else (f"Ask for {name} again, with every item.",)
    return Finding(truth, text, ask, facts, (basis,))


def _item(condition: ItemIs, known: Known) -> Finding:
    name, facts = known.instrument_name(condition.item), (condition.item,)
    latest = known.latest.get(condition.item)
    answer = latest.item(condition.number) if latest else None
    if latest is None or answer is None:
        text = f"{name} item {condition.number} was not answered"
        return Finding(None, text, (f"Ask for {name} item {condition.number}.",), facts)
    truth = _fresh(_compare(Span.exactly(answer), condition.at_least, condition.below), latest)
    bound = _bound(condition.at_least, condition.below, truth)
    text = f"{latest.item_label(condition.number)} is {answer}{bound}{_age_note(latest)}"
    basis = Basis("answer", condition.item, f"item {condition.number}: {answer}", latest.on.isoformat())
    return Finding(truth, text, () if truth is not None else (f"Ask for {name} again.",), facts, (basis,))


def _number(condition: NumberIs, known: Known) -> Finding:
    name, unit, question = NUMBER_NAMES[condition.number]
    value = known.numbers[condition.number]
    if value is None:
        return Finding(None, f"the {name} is not known", (question,), (condition.number,))
    truth = _compare(value, condition.at_least, condition.below)
    low, high = round(value.low, 1), round(value.high, 1)
    shown = _number_text(low) if low == high else f"{_number_text(low)} to {_number_text(high)}"
    text = f"the {name} is {shown}{f' {unit}' if unit else ''}{_bound(condition.at_least, condition.below, truth)}"
    basis = Basis("number", condition.number, shown)
    return Finding(truth, text, () if truth is not None else (question,), (condition.number,), (basis,))


def _listed(condition: Listed, known: Known) -> Finding:
    words = known.condition_words[condition.listed]
    if condition.listed in known.listed:
        basis = Basis("list", condition.listed, "on the list of conditions")
        return Finding(True, f"{words.name} is on the list of conditions", (), (condition.listed,), (basis,))
    return Finding(None, f"{words.name} is not on the list, which does not rule it out", (words.question,), ())


def _all(parts: tuple[Finding, ...]) -> Finding:
    against = [part for part in parts if part.truth is False]
    open_ = [part for part in parts if part.truth is None]
    if against:
        return _join(False, against)
    return _join(None, open_) if open_ else _join(True, list(parts))


def _any(parts: tuple[Finding, ...]) -> Finding:
    holding = [part for part in parts if part.truth is True]
    open_ = [part for part in parts if part.truth is None]
    if holding:
        return _join(True, holding)
    return _join(None, open_) if open_ else _join(False, list(parts))


def _join(truth: bool | None, parts: list[Finding]) -> Finding:
    return Finding(
        truth,
        "; ".join(part.text for part in parts),
        tuple(dict.fromkeys(question for part in parts for question in part.ask)),
        tuple(dict.fromkeys(fact for part in parts for fact in part.facts)),
        tuple(dict.fromkeys(basis for part in parts for basis in part.basis)),
    )


def _compare(value: Span, at_least: float | None, below: float | None) -> bool | None:
    """Whether every possible value meets the bound (true), none does (false), or it depends (None)."""
    bound = at_least if at_least is not None else below
    if bound is None:
        return None
    low_reaches, high_reaches = value.low >= bound, value.high >= bound
    if low_reaches != high_reaches:
        return None
    return low_reaches if at_least is not None else not low_reaches


def _fresh(truth: bool | None, latest: Latest) -> bool | None:
    return None if latest.is_stale and truth is False else truth


def _bound(at_least: float | None, below: float | None, truth: bool | None) -> str:
    bound = _number_text(at_least if at_least is not None else below or 0)
    if truth is None:
        return f"; whether it reaches {bound} is open"
    reached = truth == (at_least is not None)
    return f", which is {bound} or more" if reached else f", which is below {bound}"


def _age_note(latest: Latest) -> str:
    return f" (answered {latest.on.isoformat()}, which is long ago)" if latest.is_stale else ""


def _number_text(value: float) -> str:
    return f"{value:g}"
