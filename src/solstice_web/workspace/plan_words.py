"""The plan in words and one small picture an option: size, doubt, and what it asks of the person."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from solstice.plan.burden import Burden
from solstice.plan.result import Benefit, NotOffered, Plan, PlannedOption
from solstice_web.measures.content import library

DECISIONS: Mapping[str, str] = {
    "accept": "Accept: do this",
    "change": "Accept with a change, named in the reason",
    "reject": "Not now",
}
DECIDED: Mapping[str, str] = {"accept": "accepted", "change": "accepted with a change", "reject": "not now"}
SIZES = ((0.1, "hardly any benefit"), (0.2, "very small benefit"), (0.5, "small benefit"), (0.8, "moderate benefit"))
"""Upper ends of words for a benefit in SD units, after the usual reading of such effects (0.2, 0.5, 0.8)."""
WIDE = 0.45
"""An 80 % interval wider than this (SD units) is called uncertain even where it stays above zero."""
TRAVEL = {
    "none": "no travel",
    "weekly": "travel once a week",
    "several_a_week": "travel several times a week",
}
WIDTH, HEIGHT, MIDDLE = 240, 36, 11


@dataclass(frozen=True, slots=True)
class Scale:
    """The range all bars share, so that they can be compared."""

    low: float
    high: float

    def x(self, value: float) -> float:
        return round(8 + (value - self.low) / (self.high - self.low) * (WIDTH - 16), 1)


@dataclass(frozen=True, slots=True)
class Shown:
    option: PlannedOption
    words: str
    numbers: str
    bar: Markup
    parts: tuple[tuple[str, str], ...]
    total: str
    asks: tuple[str, ...]
    chance: str
    costs: tuple[str, ...]
    clinic: str
    studies: tuple[tuple[str, str], ...]
    """Row of the table of studies and the study's name, for each that speaks of this option."""


@dataclass(frozen=True, slots=True)
class ElsewhereShown:
    option: NotOffered
    words: str
    numbers: str


def shown_options(plan: Plan) -> tuple[list[Shown], Scale]:
    """Main options, then adjuncts, each with its bar on one shared scale."""
    options = (*plan.options, *plan.adjuncts)
    edges = [edge for option in options for edge in (option.benefit.lower, option.benefit.upper)]
    scale = Scale(min([-0.1, *edges]) - 0.05, max([1.0, *edges]) + 0.05)
    names = {effect.id: effect.study for effect in library().evidence.effects}
    return [_shown(option, scale, names) for option in options], scale


def elsewhere(plan: Plan) -> list[ElsewhereShown]:
    return [ElsewhereShown(one, in_words(one.benefit), numbers(one.benefit)) for one in plan.not_offered]


def _shown(option: PlannedOption, scale: Scale, names: Mapping[str, str]) -> Shown:
    parts = option.parts
    rows = [("Published evidence", signed(parts.evidence))]
    rows += [(row.fact, signed(row.value)) for row in parts.person]
    rows += [(_outcomes_of(option), signed(parts.clinic))] if parts.clinic else []
    rows.append(("What the person prefers", signed(parts.preference)))
    return Shown(
        option=option,
        words=in_words(option.benefit),
        numbers=numbers(option.benefit),
        bar=bar(option.benefit, scale, option.name),
        parts=tuple(rows),
        total=signed(option.benefit.mean),
        asks=asks_of(option.asks),
        chance=chance_words(option.chance_among_best),
        costs=costs_of(option.burden),
        clinic=clinic_words(option),
        studies=tuple((one.code, names[one.code]) for one in (*option.for_, *option.against) if one.code in names),
    )


def chance_words(chance: float) -> str:
    """How often the option is among the best over all that is possible; never a chance of this person getting well."""
    if chance < 0.05:
        return "hardly ever among the best"
    return f"among the best in about {chance:.0%} of what is possible"


def costs_of(burden: Burden) -> tuple[str, ...]:
    """Hours in all, side effects and the wait, in words."""
    low, high = burden.hours
    hours = f"{low:g}" if low == high else f"{low:g} to {high:g}"
    out = [f"{hours} hours in all", f"side effects: {burden.side_effects}"]
    if burden.waiting_weeks is not None:
        weeks = burden.waiting_weeks
        out.append("can begin now" if weeks < 1 else f"about {weeks:g} week{'' if weeks == 1 else 's'} of waiting here")
    return tuple(out)


def _outcomes_of(option: PlannedOption) -> str:
    others = option.clinic.others if option.clinic else ()
    return f"Outcomes of this clinic and of {', '.join(others)}" if others else "Outcomes of this clinic"


def clinic_words(option: PlannedOption) -> str:
    """What the clinic's own outcomes say, and whether they count yet."""
    found = option.clinic
    if found is None:
        return ""
    state = "in shadow: shown, not counted" if found.is_shadow else "counted above"
    whose = f"This clinic's {found.outcomes} outcomes"
    if found.others:
        whose = f"{found.outcomes} outcomes ({found.own} of this clinic, the rest of {', '.join(found.others)})"
    return f"{whose}, {found.treated} of them with this option: {signed(found.shift)} ± {found.sd:.2f} ({state})."


def in_words(benefit: Benefit) -> str:
    """`small benefit, doubtful`: the size of the mean, then what the interval says."""
    if benefit.mean <= 0:
        size = "no benefit expected"
    else:
        size = next((word for limit, word in SIZES if benefit.mean < limit), "large benefit")
    if benefit.lower <= 0:
        return f"{size}, doubtful"
    return f"{size}, uncertain" if benefit.upper - benefit.lower > WIDE else size


def signed(value: float) -> str:
    """Two places with its sign; what rounds to nothing has none."""
    text = f"{value:+.2f}"
    return "0.00" if text in ("+0.00", "-0.00") else text.replace("-", "−")


def numbers(benefit: Benefit) -> str:
    return f"{signed(benefit.mean)} (80 % interval {signed(benefit.lower)} to {signed(benefit.upper)})"


def bar(benefit: Benefit, scale: Scale, name: str) -> Markup:
    """The mean as a dot on its interval, with a line at no benefit."""
    left, right, dot, zero = (scale.x(value) for value in (benefit.lower, benefit.upper, benefit.mean, 0.0))
    title = escape(f"{name}: {in_words(benefit)}, {numbers(benefit)}")
    return Markup(  # noqa: S704 - numbers, and a title that is escaped above
        f'<svg class="so-benefit" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"><title>{title}</title>'
        f'<line class="so-benefit__zero" x1="{zero}" x2="{zero}" y1="0" y2="{2 * MIDDLE}"/>'
        f'<line class="so-benefit__span" x1="{left}" x2="{right}" y1="{MIDDLE}" y2="{MIDDLE}"/>'
        f'<circle class="so-benefit__mean" cx="{dot}" cy="{MIDDLE}" r="6"/>'
        f'<text class="so-benefit__word" x="{zero}" y="{HEIGHT - 2}" text-anchor="middle">0</text></svg>'
    )


def asks_of(asks: Mapping[str, Any]) -> tuple[str, ...]:
    """What the option asks of the person, in words; what is not known is left out."""
    out = []
    if (hours := asks.get("hours_per_week")) is not None:
        out.append(f"{hours:g} hour{'' if hours == 1 else 's'} a week")
    if (sessions := asks.get("sessions")) is not None:
        out.append(f"{_range(sessions)} sessions")
    if (weeks := asks.get("weeks")) is not None:
        out.append(f"{_range(weeks)} weeks")
    if (judge := asks.get("weeks_to_judge")) is not None:
        out.append(f"can be judged after {judge:g} weeks")
    if (travel := asks.get("travel")) is not None:
        out.append(TRAVEL.get(str(travel), str(travel).replace("_", " ")))
    return tuple(out)


def _range(ends: Any) -> str:
    low, high = ends
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"
