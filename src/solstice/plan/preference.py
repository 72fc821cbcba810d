"""The preference part: what the person likes, avoids, has time for, and which burdens matter; small and visible."""

from collections.abc import Mapping
from dataclasses import dataclass

from solstice.content.evidence_model import PreferenceValues
from solstice.content.option_model import Option
from solstice.kernel import Reason, Source
from solstice.person import PersonFile
from solstice.plan.burden import Burden

MATTERS = {1: "a little", 2: "quite a lot", 3: "most"}
BURDENS = {
    "speed": ("how soon it can be known whether it helps", "it can be judged late"),
    "time": ("the hours it takes", "it takes many hours"),
    "side_effects": ("side effects", "it has side effects"),
    "travel": ("travel", "it needs travel"),
}
"""Each burden as what matters, and as what speaks against an option."""
WORTH_SAYING = 0.34
"""A burden below a third of the greatest is not put into words."""


@dataclass(frozen=True, slots=True)
class PreferencePart:
    hundredths: int
    for_: tuple[Reason, ...]
    against: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Tastes:
    """What an option or a combination is like, as preferences see it."""

    words: frozenset[str]
    burden: Burden


def tastes_of(option: Option, burden: Burden) -> Tastes:
    return Tastes(frozenset({*(str(tag) for tag in option.tags), option.id, option.kind}), burden)


def preference_part(
    tastes: Tastes, person: PersonFile, values: PreferenceValues, source: Source, *, shortest_wait: float | None
) -> PreferencePart:
    """Likes and avoids are matched with tags, id and kind; burdens count by their weight; the sum is capped.

    `shortest_wait` is that of all options it is compared with; see `Burden.scores`.
    """
    preferences, burden = person.preferences, tastes.burden
    likes, avoids = sorted(tastes.words & set(preferences.likes)), sorted(tastes.words & set(preferences.avoids))
    total = values.like * len(likes) + values.avoid * len(avoids)
    for_ = [f"The person likes: {', '.join(_plain(word) for word in likes)}."] if likes else []
    against = [f"The person would rather avoid: {', '.join(_plain(word) for word in avoids)}."] if avoids else []
    hours = preferences.hours_per_week
    if hours is not None and burden.hours_per_week > hours:
        total += values.too_many_hours
        against.append(f"It asks about {burden.hours_per_week:g} hours a week; the person has {hours:g}.")
    travel = _travel(burden, person, values)
    if travel < 0:
        total += travel
        against.append("It needs travel that is hard for the person.")
    weighed, said = _weighed(burden.scores(shortest_wait), person, values)
    total += weighed
    against += said
    hundredths = round(max(-values.cap, min(values.cap, total)) * 100)
    return PreferencePart(hundredths, _reasons(for_, source), _reasons(against, source))


def _weighed(scores: Mapping[str, float], person: PersonFile, values: PreferenceValues) -> tuple[float, list[str]]:
    """Each burden times its weight. An unasked weight counts nothing."""
    total, said = 0.0, []
    for name, score in scores.items():
        weight = getattr(person.preferences.weights, name)
        if not weight:
            continue
        total += values.weighs * score * weight / 3
        what, against = BURDENS[name]
        if score > WORTH_SAYING:
            said.append(f"{what[:1].upper()}{what[1:]}: matters {MATTERS[weight]} to the person, and {against}.")
    return total, said


def _travel(burden: Burden, person: PersonFile, values: PreferenceValues) -> float:
    match person.preferences.travel, burden.travel:
        case "none", "weekly" | "several_a_week":
            return values.travel_none
        case "limited", "several_a_week":
            return values.travel_limited
        case _:
            return 0.0


def _reasons(texts: list[str], source: Source) -> tuple[Reason, ...]:
    return tuple(Reason("preference", text, (source,)) for text in texts)


def _plain(word: str) -> str:
    return str(word).replace("-", " ")
