"""What a reader must know beside a pooled number, found in the rows themselves and said in plain sentences."""

from collections.abc import Sequence

from solstice.evidence.arm_words import arm_in_words
from solstice.evidence.multilevel import Multilevel
from solstice.evidence.network import Network
from solstice.evidence.pooling import Pooled
from solstice.evidence.table import NOT_GIVEN, Comparisons, Row

COMPARATOR = "condition_arm2"
FEW_STUDIES = 5
UNLIKE = 0.10
"""Shares of a comparator that differ by more than this make groups unlike."""


def cautions_of(table: Comparisons, result: Pooled | Multilevel | Network) -> tuple[str, ...]:
    """What limits this result, the gravest first."""
    found = [
        *_no_doubt(result),
        *_prediction(result),
        *_few(result),
        *_dependent(table, result),
        *_mixed(table, result),
    ]
    if isinstance(result, Network):
        found = [*_network(result), *found]
    return tuple(found)


def group_cautions(groups: Sequence[tuple[str, Sequence[Row]]], column: str) -> tuple[str, ...]:
    """Why the order of these groups is not an order of treatments: their controls differ (hazard H68)."""
    if column == COMPARATOR or len(groups) < 2:
        return ()
    shares = [_shares(rows) for _, rows in groups if len({row.study for row in rows}) >= FEW_STUDIES]
    widest, low, high = "", 0.0, 0.0
    for name in sorted({name for share in shares for name in share}):
        of_groups = [share.get(name, 0.0) for share in shares]
        if max(of_groups) - min(of_groups) > high - low:
            widest, low, high = name, min(of_groups), max(of_groups)
    if high - low <= UNLIKE:
        return ()
    control = arm_in_words(widest)
    return (
        (
            "Do not read these groups as a ranking: they were compared with different controls "
            f"({control} stands behind {low:.0%} to {high:.0%} of their rows), and a weak control makes any treatment "
            "look strong. To compare treatments, use the network (nma) or moderators (regression)."
        ),
    )


def _shares(rows: Sequence[Row]) -> dict[str, float]:
    counts: dict[str, int] = {}
    for row in rows:
        name = row.cells.get(COMPARATOR) or NOT_GIVEN
        counts[name] = counts.get(name, 0) + 1
    return {name: count / len(rows) for name, count in counts.items()}


def _prediction(result: Pooled | Multilevel | Network) -> list[str]:
    """The mean of many studies is not what one clinic, still less one person, will see (hazard H69)."""
    if isinstance(result, Network) or result.pi_lower is None or result.pi_upper is None:
        return []
    none = ", which includes no effect and harm" if result.pi_lower < 0 < result.pi_upper else ""
    span = f"{result.pi_lower:.2f} to {result.pi_upper:.2f}"
    return [f"Studies differ: a new one may find {span}{none}. The average says nothing about one person."]


def _no_doubt(result: Pooled | Multilevel | Network) -> list[str]:
    if not isinstance(result, Pooled) or result.lower < result.upper:
        return []
    return [
        "All effects are equal, and Knapp–Hartung then shows no doubt at all; take a model with -z for an interval."
    ]


def _few(result: Pooled | Multilevel | Network) -> list[str]:
    if result.studies >= FEW_STUDIES:
        return []
    what = "one study" if result.studies == 1 else f"only {result.studies} studies"
    return [f"This rests on {what}; the interval and the spread are themselves uncertain."]


def _dependent(table: Comparisons, result: Pooled | Multilevel | Network) -> list[str]:
    if not isinstance(result, Pooled) or result.k == result.studies or len(table.rows) != result.k:
        return []
    rows = f"{result.k} rows come from {result.studies} studies, and rows of one study are not independent"
    return [f"{rows}: this interval is too narrow. The models three-level and che allow for it."]


def _mixed(table: Comparisons, result: Pooled | Multilevel | Network) -> list[str]:
    """Different outcomes or several times of measurement in one average."""
    if isinstance(result, Network):
        return []
    found = []
    for column, what in (("outcome_domain", "outcomes"), ("time", "times")):
        values = {row.cells.get(column) or NOT_GIVEN for row in table.rows} if column in table.columns else set()
        if len(values) > 1:
            shown = ", ".join(sorted(values)[:8])
            found.append(f"Different {what} are averaged ({shown}); keep one with --where {column}=…")
    computed = [row for row in table.rows if row.used in {"means", "change", "events"}]
    if computed:
        found.append(
            f"{len(computed)} effects were computed here; fewer points were taken as better, and an event as wanted."
        )
    return found


def _network(result: Network) -> list[str]:
    found = []
    if result.inconsistency is not None and result.inconsistency.p < 0.10:
        found.append(
            f"Direct and indirect comparisons disagree (p {result.inconsistency.p:.3f}); the order may be an artefact."
        )
    thin = [arm_in_words(effect.treatment) for effect in result.effects if effect.studies < FEW_STUDIES]
    if thin:
        found.append(f"Fewer than {FEW_STUDIES} studies stand behind {', '.join(thin)}; its place is uncertain.")
    alike = _not_told_apart(result)
    if alike:
        best, *others = [arm_in_words(name) for name in alike]
        found.append(f"The best-placed treatment ({best}) cannot be told apart from {', '.join(others)}.")
    if result.model.startswith("cnma") and not any(
        "+" in name for edge in result.edges for name in (edge.first, edge.second)
    ):
        found.append("No treatment here is written as a combination (a+b): every treatment is its own component.")
    found.append("Trials of people with other illnesses, severities and years meet in one network: it shows averages.")
    return found


def _not_told_apart(result: Network) -> list[str]:
    """The first treatment and those whose difference from it may be nothing; empty where it stands alone."""
    if not result.pairs:
        return []
    best = result.effects[0].treatment
    others = [
        pair.second if pair.first == best else pair.first
        for pair in result.pairs
        if best in {pair.first, pair.second} and pair.lower < 0 < pair.upper
    ]
    return [best, *others] if others else []
