"""From the rows of a Metapsy table to the trials of a network: one instrument and time a study, one arm a treatment."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from solstice.evidence.aggregate import aggregate
from solstice.evidence.number import number
from solstice.evidence.reported import MEANS
from solstice.evidence.subgroups import NoSuchRows
from solstice.evidence.table import Comparisons, DroppedRow, Row
from solstice.evidence.trials import Arm, Contrast, NotANetwork, Trial, from_arms, from_contrasts, parts

FIRST, SECOND = "condition_arm1", "condition_arm2"
PRIORITY = ("hdrs", "ham-d", "hamd", "bdi", "madrs", "phq-9", "phq", "ces-d", "hads", "gds", "epds", "mmpi")
"""Which instrument speaks for a study. Source: Metapsy variable description (`primary`); MADRS added."""
DOMAIN, DEPRESSION = "outcome_domain", "depression"
RHO = 0.6


@dataclass(frozen=True, slots=True, eq=False)
class TrialsOfTable:
    """The trials, and every row that is not in one, with the reason."""

    trials: tuple[Trial, ...]
    dropped: tuple[DroppedRow, ...]


def trials_of(table: Comparisons, *, reference: str) -> TrialsOfTable:
    """One trial a study, of the treatments that hang together with `reference`.

    A study speaks by its highest instrument in PRIORITY and the earliest time after treatment. Where all its rows
    have means and SDs, arms of one treatment are combined; otherwise a study of two treatments counts by its effects,
    brought together (correlation 0.6), and one of three or more is dropped because its covariances are not known.
    """
    for column in (FIRST, SECOND):
        if column not in table.columns:
            raise NoSuchRows(f"a network needs the column '{column}', which names the treatment of an arm")
    by_study: dict[str, list[Row]] = {}
    trials: list[Trial] = []
    dropped: list[DroppedRow] = []
    is_sorted_by_domain = any(row.cells.get(DOMAIN) == DEPRESSION for row in table.rows)
    for row in table.rows:
        if is_sorted_by_domain and row.cells[DOMAIN] != DEPRESSION:
            dropped.append(DroppedRow(row.line, row.study, f"does not measure depression: {row.cells[DOMAIN]}"))
        else:
            by_study.setdefault(row.study, []).append(row)
    for rows in by_study.values():
        chosen, others = _one_outcome(rows)
        dropped += others
        match _trial(chosen):
            case Trial() as trial:
                trials.append(trial)
            case str() as because:
                dropped += [DroppedRow(row.line, row.study, because) for row in chosen]
    return _connected(trials, dropped, table, reference)


def _connected(trials: Sequence[Trial], dropped: list[DroppedRow], table: Comparisons, reference: str) -> TrialsOfTable:
    part = next((part for part in parts(trials) if reference in part), None)
    if part is None:
        names = sorted({name for trial in trials for name in trial.treatments})
        raise NotANetwork(
            f"'{reference}' is in no trial; right would be one of {', '.join(names) or 'none: no trials'}"
        )
    kept = tuple(trial for trial in trials if set(trial.treatments) <= part)
    apart = {trial.study for trial in trials} - {trial.study for trial in kept}
    dropped += [
        DroppedRow(row.line, row.study, f"not connected with {reference} by any trial")
        for row in table.rows
        if row.study in apart
    ]
    return TrialsOfTable(kept, tuple(sorted(dropped, key=lambda row: row.line)))


def _one_outcome(rows: Sequence[Row]) -> tuple[list[Row], list[DroppedRow]]:
    """The rows of the instrument and time that speak for the study: most treatments, then PRIORITY, then earliest."""
    groups: dict[tuple[str, float], list[Row]] = {}
    for row in rows:
        week = number(row.cells.get("time_weeks") or "")
        key = (row.cells.get("instrument") or "", float("inf") if week is None else week)
        groups.setdefault(key, []).append(row)
    best = min(groups, key=lambda key: (-len(_treatments(groups[key])), _place(groups[key][0]), *key))
    instrument, week = best
    what = f"another outcome speaks for the study: {instrument or 'not named'}"
    what += "" if week == float("inf") else f" at week {week:g}"
    others = [DroppedRow(row.line, row.study, what) for key, group in groups.items() if key != best for row in group]
    return groups[best], others


def _place(row: Row) -> int:
    """Rank of the row's instrument; after the known ones, those rated by a clinician, then the rest."""
    instrument = (row.cells.get("instrument") or "").casefold()
    unknown = len(PRIORITY) + (row.cells.get("rating") != "clinician")
    return next((place for place, name in enumerate(PRIORITY) if instrument.startswith(name)), unknown)


def _treatments(rows: Sequence[Row]) -> list[str]:
    return sorted({name for row in rows for name in (row.cells[FIRST], row.cells[SECOND]) if name is not None})


def _trial(rows: Sequence[Row]) -> Trial | str:
    treatments = _treatments(rows)
    if any(row.cells[FIRST] is None or row.cells[SECOND] is None for row in rows):
        return "a treatment is not named"
    if len(treatments) < 2:
        return f"both arms are {treatments[0]}"
    arms = _arms(rows)
    try:
        if arms is not None:
            return from_arms(arms)[0]
        if len(treatments) == 2:
            return _from_effects(rows, (treatments[0], treatments[1]))
    except NotANetwork as error:
        return str(error)
    pairs = len(list(combinations(treatments, 2)))
    return f"three treatments or more without means and SDs: the covariance of {pairs} comparisons is not known"


def _arms(rows: Sequence[Row]) -> list[Arm] | None:
    """Every arm once, although a comparison group stands in several rows; None where a figure is missing."""
    arms: dict[tuple[str, float, float, float], Arm] = {}
    for row in rows:
        values = [number(row.cells.get(column) or "") for column in MEANS]
        figures = [value for value in values if value is not None]
        if len(figures) < len(MEANS) or not _agrees(row, figures):
            return None
        for name, (mean, sd, n) in ((row.cells[FIRST], figures[:3]), (row.cells[SECOND], figures[3:])):
            arms[name or "", mean, sd, n] = Arm(row.study, name or "", mean, sd, n)
    return list(arms.values())


def _agrees(row: Row, figures: Sequence[float]) -> bool:
    """Whether fewer points are better here, judged by the effect that the file itself gives."""
    difference = figures[3] - figures[0]
    return difference * row.g >= 0


def _from_effects(rows: Sequence[Row], treatments: tuple[str, str]) -> Trial:
    signed = [row.g if row.cells[FIRST] == treatments[0] else -row.g for row in rows]
    one = aggregate(signed, [row.variance for row in rows], [row.study for row in rows], rho=RHO)
    contrast = Contrast(rows[0].study, *treatments, float(one.y[0]), float(one.v[0]))
    return from_contrasts([contrast])[0]
