"""The preference part: what the person likes, avoids, has time for and can travel to; small and visible."""

from dataclasses import dataclass

from solstice.content.evidence_model import PreferenceValues
from solstice.content.option_model import Option
from solstice.kernel import Reason, Source
from solstice.person import PersonFile


@dataclass(frozen=True, slots=True)
class PreferencePart:
    hundredths: int
    for_: tuple[Reason, ...]
    against: tuple[Reason, ...]


def preference_part(option: Option, person: PersonFile, values: PreferenceValues, source: Source) -> PreferencePart:
    """Likes and avoids are matched with the option's tags, its id and its kind; the sum is capped."""
    preferences = person.preferences
    words = {*option.tags, option.id, option.kind}
    likes, avoids = sorted(words & set(preferences.likes)), sorted(words & set(preferences.avoids))
    total = values.like * len(likes) + values.avoid * len(avoids)
    for_ = [f"The person likes: {', '.join(_plain(word) for word in likes)}."] if likes else []
    against = [f"The person would rather avoid: {', '.join(_plain(word) for word in avoids)}."] if avoids else []
    hours = preferences.hours_per_week
    if hours is not None and option.asks.hours_per_week > hours:
        total += values.too_many_hours
        against.append(f"It asks about {option.asks.hours_per_week:g} hours a week; the person has {hours:g}.")
    travel = _travel(option, person, values)
    if travel < 0:
        total += travel
        against.append("It needs travel that is hard for the person.")
    hundredths = round(max(-values.cap, min(values.cap, total)) * 100)
    return PreferencePart(hundredths, _reasons(for_, source), _reasons(against, source))


def _travel(option: Option, person: PersonFile, values: PreferenceValues) -> float:
    match person.preferences.travel, option.asks.travel:
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
