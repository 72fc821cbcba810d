"""What each study does to the pooled result: residual, DFFITS, Cook's distance and hat, in a picture and a table."""

from solstice.evidence.aggregate import aggregate
from solstice.evidence.influence import Influence, influence
from solstice.evidence.progress import collect
from solstice.evidence.table import Comparisons
from solstice_web.charts.effects import signed, with_interval
from solstice_web.charts.influence import InfluencePoint, influence_chart
from solstice_web.workspace.evidence_answer import Picture

MOST_NAMED = 3
HEAD = ("Study", "Studentised residual", "DFFITS", "Cook’s distance", "Hat", "Effect without it")


def influence_of(table: Comparisons) -> Picture | None:
    """One line a study, the largest Cook's distance first; None for fewer than three studies."""
    rows = table.rows
    one = aggregate([row.g for row in rows], [row.variance for row in rows], [row.study for row in rows])
    found = collect(influence(one.y, one.v, one.studies), lambda *_: None)
    if not found:
        return None
    ranked = sorted(found, key=lambda case: (-case.cook, case.label))
    points = [InfluencePoint(case.label, case.hat, case.residual, case.cook, case.is_influential) for case in ranked]
    drawing = influence_chart(points, title="Influence")
    return Picture(_sentence(ranked), {"any": drawing}, HEAD, [_line(case) for case in ranked])


def _line(case: Influence) -> tuple[str, ...]:
    without = with_interval(case.without.g, case.without.lower, case.without.upper)
    name = f"{case.label} (stands out)" if case.is_influential else case.label
    return name, signed(case.residual), signed(case.dffits), f"{case.cook:.3f}", f"{case.hat:.3f}", without


def _sentence(ranked: list[Influence]) -> str:
    out = [case for case in ranked if case.is_influential]
    k = len(ranked)
    if not out:
        return (
            f"None of the {k} studies stands out: no single one pulls the result far, and none is far from the others."
        )
    named = ", ".join(f"“{case.label}”" for case in out[:MOST_NAMED])
    more = f" and {len(out) - MOST_NAMED} more" if len(out) > MOST_NAMED else ""
    verb = "stands" if len(out) == 1 else "stand"
    return (
        f"{len(out)} of {k} studies {verb} out: {named}{more}. Such a study pulls the result towards itself or weighs "
        "much; that is a reason to read it again, not to drop it."
    )
