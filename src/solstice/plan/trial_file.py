"""A file of trials beside the curated table: which rows speak for which option, pooled, rated, and put in its place."""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from solstice.content.evidence_model import Effect, EvidenceTable, Population, Standardised
from solstice.content.library import Library
from solstice.content.option_model import Certainty
from solstice.content.provenance import Cited, SourceEntry
from solstice.content.read import ContentError, Fault
from solstice.content.trial_map_model import ArmOption, TrialMap
from solstice.evidence.aggregate import aggregate
from solstice.evidence.multilevel import Multilevel
from solstice.evidence.pooling import Pooled
from solstice.evidence.selection import low_risk_of_bias
from solstice.evidence.sensitivity import estimate_of
from solstice.evidence.small_studies import egger
from solstice.evidence.synthesis import pool_rows
from solstice.evidence.table import Comparisons, Row, read_metapsy

MODEL = "che"
"""Rows within studies with correlated errors, robust interval: rows of one study are not independent."""
NEEDED = ("condition_arm1", "condition_arm2")
STEPS: tuple[Certainty, ...] = ("high", "moderate", "low", "very_low")
REF = "trial-file"


@dataclass(frozen=True, slots=True)
class UsedEffect:
    """What the rows of one option say together; `replaces` and `joins` name effects of the curated table."""

    option: str
    k: int
    studies: int
    g: float
    lower: float
    upper: float
    tau2: float | None
    pi_lower: float | None
    pi_upper: float | None
    population: Population
    certainty: Certainty
    because: tuple[str, ...]
    reading: str
    replaces: tuple[str, ...]
    joins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotUsed:
    """Rows that count for nothing here, and why."""

    rows: int
    what: str
    because: str


@dataclass(frozen=True, slots=True)
class TrialFile:
    """What was read, what of it moves the ranking, and what does not."""

    name: str
    sha256: str
    rows: int
    studies: int
    used: tuple[UsedEffect, ...]
    not_used: tuple[NotUsed, ...]

    @property
    def version(self) -> str:
        return f"trials {self.sha256[:8]}"

    def to_json(self) -> dict[str, Any]:
        return {
            "file": self.name,
            "sha256": self.sha256,
            "rows": self.rows,
            "studies": self.studies,
            "model": MODEL,
            "used": [asdict(one) for one in self.used],
            "not_used": [asdict(one) for one in self.not_used],
        }


def with_trials(path: Path, library: Library) -> tuple[Library, TrialFile]:
    """The library with the file's pooled effects in its table of effects, and what was done with the file.

    Kept by the hash of the file, so that it is pooled once a process. Raises ContentError naming file and line.
    """
    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        right = "name a Metapsy-standard CSV file"
        raise ContentError([Fault(str(path), 1, f"cannot be read ({error.strerror})", right)]) from None
    return _with_trials(str(path), digest, library)


@lru_cache(maxsize=4)
def _with_trials(name: str, digest: str, library: Library) -> tuple[Library, TrialFile]:
    table, rules = read_metapsy(Path(name)), library.trial_map
    absent = [column for column in NEEDED if column not in table.columns]
    if absent:
        right = "a plan needs to know what was given and what it was compared with"
        raise ContentError([Fault(name, 1, f"the column '{column}' is missing", right) for column in absent])
    chosen, not_used = _sorted_rows(table, rules, library.evidence)
    used = tuple(_used(option, rows, library) for option, rows in sorted(chosen.items()))
    usable = tuple(one for one in used if math.isfinite(one.upper - one.lower))
    wide = tuple(
        NotUsed(one.k, f"for {one.option}", "too few studies to say how sure their effect is")
        for one in used
        if one not in usable
    )
    found = TrialFile(name, digest, len(table.rows), table.studies, usable, (*not_used, *wide, *_dropped(table)))
    return library.with_evidence(_joined(library.evidence, found)), found


def _sorted_rows(
    table: Comparisons, rules: TrialMap, curated: EvidenceTable
) -> tuple[dict[str, list[Row]], tuple[NotUsed, ...]]:
    """Rows by option, and the rest counted by reason in the order of the file."""
    known = _known_studies(rules, curated)
    chosen: dict[str, list[Row]] = {}
    left: dict[tuple[str, str], int] = {}
    for row in table.rows:
        arm = next((one for one in rules.arms if one.holds(row.cells)), None)
        because = _why_not(row, arm, rules, known)
        if arm is not None and because is None:
            chosen.setdefault(arm.option, []).append(row)
        else:
            key = (_told(row, arm), because or "")
            left[key] = left.get(key, 0) + 1
    return chosen, tuple(NotUsed(count, *key) for key, count in sorted(left.items()))


def _known_studies(rules: TrialMap, curated: EvidenceTable) -> Mapping[tuple[str, str], str]:
    """Option and name in the file of every single study that the curated table already holds."""
    options = {effect.id: (effect.option, effect.study) for effect in curated.effects}
    return {
        (options[one.effect][0], study): options[one.effect][1]
        for one in rules.overlaps
        if one.effect in options
        for study in one.studies
    }


def _why_not(row: Row, arm: ArmOption | None, rules: TrialMap, known: Mapping[tuple[str, str], str]) -> str | None:
    if arm is None:
        found = next((one for one in rules.unlike if one.holds(row.cells)), None)
        return found.because if found else "the mapping of the library does not know this treatment and format"
    if (arm.option, row.study) in known:
        return f"it stands in the curated table already, as {known[arm.option, row.study]}"
    return next((keep.because for keep in rules.keep if not keep.keeps(row.cells)), None)


def _told(row: Row, arm: ArmOption | None) -> str:
    """Which rows: by the option they would speak for, else by the code of the file."""
    if arm is not None:
        return f"for {arm.option}"
    code = row.cells.get("condition_arm1")
    return f"coded {code}" if code else "without a treatment code"


def _dropped(table: Comparisons) -> tuple[NotUsed, ...]:
    if not table.dropped:
        return ()
    return (NotUsed(len(table.dropped), "without a usable effect", "see `solstice evidence` for each of them"),)


def _used(option: str, rows: Sequence[Row], library: Library) -> UsedEffect:
    rules = library.trial_map
    pooled = pool_rows(rows, MODEL)
    g, lower, upper = estimate_of(pooled)
    certainty, because = _rated(rows, pooled, rules)
    shared = {one.effect: one for one in rules.overlaps}
    effects = [one for one in library.evidence.effects if one.option == option]
    replaces = tuple(one.id for one in effects if one.id in shared and shared[one.id].pooled)
    arms = [arm.reading for arm in rules.arms if arm.option == option and any(arm.holds(row.cells) for row in rows)]
    return UsedEffect(
        option=option,
        k=pooled.k,
        studies=pooled.studies,
        g=g,
        lower=lower,
        upper=upper,
        tau2=pooled.tau2,
        pi_lower=pooled.pi_lower,
        pi_upper=pooled.pi_upper,
        population=_population(rows, rules),
        certainty=certainty,
        because=because,
        reading="; ".join(arms),
        replaces=replaces,
        joins=tuple(one.id for one in effects if one.id not in replaces),
    )


def _population(rows: Sequence[Row], rules: TrialMap) -> Population:
    """As direct as the least direct row."""
    found = {rules.populations.get((row.cells.get("diagnosis") or "").casefold(), "depression") for row in rows}
    for population in ("depression", "recurrent", "chronic"):
        if population in found:
            return population
    return "trd"


def _rated(rows: Sequence[Row], pooled: Pooled | Multilevel, rules: TrialMap) -> tuple[Certainty, tuple[str, ...]]:
    """Certainty by the rule of the content, with a sentence for each step it lost."""
    rating = rules.rating
    because = []
    share = len(low_risk_of_bias(rows)) / len(rows)
    if share < rating.low_risk_share:
        because.append(f"only {share:.0%} of the rows are rated at low risk of bias")
    if pooled.pi_lower is None or pooled.pi_upper is None:
        because.append("how much studies differ is not known")
    elif pooled.pi_lower <= 0:
        because.append(f"studies differ: a new one may find {pooled.pi_lower:.2f} to {pooled.pi_upper:.2f}")
    if pooled.studies < rating.few_studies:
        because.append("only one study" if pooled.studies == 1 else f"only {pooled.studies} studies")
    one = aggregate([row.g for row in rows], [row.variance for row in rows], [row.study for row in rows])
    test = egger(one.y, one.v) if len(one.studies) >= rating.enough_for_egger else None
    if test is not None and test.p < rating.egger_p and test.slope > 0:
        because.append(f"small studies show larger effects (Egger p {test.p:.3f})")
    return STEPS[min(len(because), len(STEPS) - 1)], tuple(because)


def _joined(curated: EvidenceTable, found: TrialFile) -> EvidenceTable:
    """Pooled effects that the file knows better are replaced; single trials stay, since their rows were left out."""
    gone = {name for one in found.used for name in one.replaces}
    added = [_effect(one, found) for one in found.used]
    entry = SourceEntry(citation=f"{Path(found.name).name}, {found.rows} rows, sha256 {found.sha256[:12]}")
    return curated.model_copy(
        update={
            "effects": (*(one for one in curated.effects if one.id not in gone), *added),
            "sources": {**curated.sources, REF: entry},
        }
    )


def _effect(one: UsedEffect, found: TrialFile) -> Effect:
    studies = "1 study" if one.studies == 1 else f"{one.studies} studies"
    tau2 = "" if one.tau2 is None else f", tau² {one.tau2:.2f}"
    less = f"; rated down because {'; '.join(one.because)}" if one.because else ""
    return Effect(
        id=f"trial-file-{one.option}",
        option=one.option,
        study=f"{studies} of {Path(found.name).name}",
        figure=Standardised(g=one.g, interval=(one.lower, one.upper)),
        outcome="depressive symptoms after treatment",
        population=one.population,
        comparator="usual_care",
        certainty=one.certainty,
        speaks="for" if one.g > 0 else "against",
        reading=f"{one.reading}: g {one.g:.2f} ({one.lower:.2f} to {one.upper:.2f}) from {one.k} rows{tau2}{less}",
        source=Cited(ref=REF, verified="source"),
    )
