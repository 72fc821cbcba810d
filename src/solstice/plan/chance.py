"""How often an option is among the best when the doubt about all of them is taken seriously."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import repeat
from operator import add, ge, mul
from random import Random
from statistics import NormalDist

DRAWS = 512
"""Stratified draws a component; the chance is shown in steps of 5 %, their error is below 2 %."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """An option as mean and doubt: `loads` gives, a component, how many SD units one SD of that component moves it."""

    id: str
    mean: float
    loads: Mapping[str, float]


def chances_among_best(options: Sequence[Doubt], margin: float) -> dict[str, float]:
    """By id, the share of draws in which the option lies within `margin` of the best one, rounded to 0.05.

    Components shared by options (a therapy alone and in a combination) move together. The draws of a component depend
    on its name only, so that neither the order of options nor other options change them.
    """
    if not options:
        return {}
    values = {option.id: _values(option) for option in options}
    columns = list(values.values())
    best = list(map(max, *columns)) if len(columns) > 1 else columns[0]
    among = [top - margin for top in best]
    return {name: round(sum(map(ge, column, among)) / DRAWS * 20) / 20 for name, column in values.items()}


def _values(option: Doubt) -> list[float]:
    out = [option.mean] * DRAWS
    for name, load in sorted(option.loads.items()):
        out = list(map(add, out, map(mul, repeat(load), _draws(name))))
    return out


@lru_cache(maxsize=512)
def _draws(name: str) -> tuple[float, ...]:
    """Standard normal draws, one from each of DRAWS equal slices, in an order that the name decides."""
    slices = list(_slices())
    Random(name).shuffle(slices)  # noqa: S311 - an order, not a secret; the seed is the name
    return tuple(slices)


@lru_cache(maxsize=1)
def _slices() -> tuple[float, ...]:
    """The middle of each slice, the same for every component."""
    normal = NormalDist()
    return tuple(normal.inv_cdf((k + 0.5) / DRAWS) for k in range(DRAWS))
