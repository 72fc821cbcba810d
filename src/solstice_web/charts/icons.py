"""A hundred small figures, some of them filled: a share that can be counted, with the numbers as text beside it."""

from markupsafe import Markup, escape

COLUMNS, STEP, RADIUS = 20, 11, 4


def icon_array(percent: float, label: str) -> Markup:
    """`percent` from 0 to 100 as filled dots out of 100, rounded to whole ones; `label` says it in words.

    Raises ValueError for a share outside 0 to 100.
    """
    return icon_range(percent, percent, label)


def icon_range(low: float, high: float, label: str) -> Markup:
    """A share known as a range: filled up to `low`, half filled up to `high`. Raises ValueError outside 0 to 100."""
    if not 0 <= low <= high <= 100:
        raise ValueError(f"{low} to {high} is not a share of 100")
    sure, possible = round(low), round(high)
    kinds = ["yes"] * sure + ["maybe"] * (possible - sure) + ["no"] * (100 - possible)
    dots = "".join(
        f'<circle class="so-icons__{kinds[number]}" cx="{STEP // 2 + (number % COLUMNS) * STEP}" '
        f'cy="{STEP // 2 + number // COLUMNS * STEP}" r="{RADIUS}"/>'
        for number in range(100)
    )
    width, height = COLUMNS * STEP, 100 // COLUMNS * STEP
    return Markup(  # noqa: S704 - numbers, and a label that is escaped here
        f'<svg class="so-icons" viewBox="0 0 {width} {height}" role="img"><title>{escape(label)}</title>{dots}</svg>'
    )
