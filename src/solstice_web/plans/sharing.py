"""Sums that leave the clinic and sums of others that count here: made in one pass, checked, always named."""

import secrets
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from solstice.kernel import Refusal
from solstice.kernel.fault import ContentError, Fault
from solstice_web.plans.learning import rows_of_outcomes
from solstice_web.plans.models import OtherClinic, SharedExport
from solstice_web.plans.outcomes import Outcome, each_outcome

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from solstice.learn import Statistics
    from solstice.learn.sharing import Budget, SharedFile

MOST_BYTES = 2_000_000


@dataclass(frozen=True, slots=True)
class Sums:
    """What may leave, and what was left out of it; `statistics` None: nothing may leave."""

    statistics: "Statistics | None"
    left_out: tuple[Refusal, ...]
    budget: "Budget | None"


def sums_to_share(*, epsilon: float | None = None, delta: float | None = None) -> Sums:
    """The clinic's sums, one outcome a person: the first, so that no person is in them twice."""
    import numpy as np  # noqa: PLC0415 - only where sums are made

    from solstice.learn.streaming import Running, budget_for  # noqa: PLC0415

    rows = rows_of_outcomes(_first_of_each(each_outcome()))
    if epsilon is None or delta is None:
        statistics, left_out = Running().add_all(rows).shareable()
        return Sums(statistics, left_out, None)
    budget = budget_for(epsilon, delta)
    running = Running(norm=budget.norm).add_all(rows)
    if not running.treatments:
        return Sums(None, (), budget)
    return Sums(running.noised(budget, np.random.default_rng(secrets.randbits(128))), (), budget)


def _first_of_each(outcomes: Iterator[Outcome]) -> Iterator[Outcome]:
    """Outcomes come person by person."""
    before: UUID | None = None
    for one in outcomes:
        if one.person_id != before:
            before = one.person_id
            yield one


def file_of(sums: Sums, key: "Ed25519PrivateKey", previous: str | None) -> dict[str, Any]:
    """The file as plain data: hashed, signed, chained to the export before."""
    from solstice.learn.sharing import sealed  # noqa: PLC0415 - only where a file is made

    if sums.statistics is None:
        raise ValueError("nothing may leave")
    return sealed(sums.statistics, key, noise=sums.budget, previous=previous)


def last_export() -> SharedExport | None:
    return SharedExport.objects.order_by("-at").select_related("by").first()


def other_clinics() -> list[OtherClinic]:
    """Whose sums count here now, by name."""
    return list(OtherClinic.objects.filter(removed_at__isnull=True).select_related("added_by").order_by("name", "hash"))


def counted_here() -> list[tuple[str, "SharedFile"]]:
    """Name and sums of every other clinic that counts here."""
    return [(one.name, read_text(one.content, one.name)) for one in other_clinics()]


def read_text(text: str, name: str) -> "SharedFile":
    """A file as it was given, with hash and signature checked; faults name it `name`. Raises ContentError."""
    from solstice.learn.sharing import read_shared  # noqa: PLC0415 - only where files are shared

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sums.json"
        path.write_text(text, encoding="utf-8")
        try:
            return replace(read_shared(path), path=name)
        except ContentError as error:
            raise ContentError(replace(fault, path=name) for fault in error.faults) from None


def checked(text: str, name: str) -> "tuple[SharedFile, list[OtherClinic]]":
    """A file that may count here beside those that do, and the older ones of the same clinic it takes the place of.

    Raises ContentError, saying what would be right.
    """
    from solstice.learn.sharing import merge  # noqa: PLC0415 - only where files are shared
    from solstice.learn.streaming import without_curves  # noqa: PLC0415

    found = read_text(text, name)
    faults = [Fault(name, 1, what, right) for what, right in _why_not(found)]
    if faults:
        raise ContentError(faults)
    kept = [(one, read_text(one.content, one.name)) for one in other_clinics()]
    older = [one for one, file in kept if file.sources <= found.replaced]
    rest = [file for one, file in kept if one not in older]
    merge([replace(file, statistics=without_curves(file.statistics)) for file in (*rest, found)])
    return found, older


def _why_not(found: "SharedFile") -> Iterator[tuple[str, str]]:
    from solstice.learn.spec import basis_of  # noqa: PLC0415 - only where files are shared
    from solstice.learn.streaming import CLINIC_SPEC  # noqa: PLC0415

    wanted, basis = basis_of(CLINIC_SPEC, curves=False), found.statistics.basis
    if (basis.covariates, basis.centre, basis.scale) != (wanted.covariates, wanted.centre, wanted.scale):
        names = ", ".join(wanted.covariates)
        yield "it was not made from the characteristics that clinics agreed on", f"sums of {names}, made by this page"
    own = set(SharedExport.objects.filter(hash__in=[*found.sources, *found.replaced]).values_list("hash", flat=True))
    if own:
        yield "it holds outcomes of this clinic, which count here already", "add files of other clinics only"


def unknown_options(found: "SharedFile", known: Sequence[str]) -> list[str]:
    """Treatments of the file that are no options here; they count for nothing."""
    return sorted(set(found.statistics.treatments) - set(known))
