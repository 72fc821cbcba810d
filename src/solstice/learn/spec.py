"""A shared spec: which characteristics clinics gather and in which units, agreed before anybody looks at outcomes.

Merging is exact without one. It is needed for bends at stated knots (hinges), and for noise, whose size must not depend
on the data it hides.
"""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from solstice.content.read import ContentError, Fault, Frozen, parse_json, parse_yaml, validate
from solstice.learn.basis import Basis, Column


class SpecCovariate(Frozen):
    """One characteristic: a typical value and spread known beforehand, never taken from the outcomes file."""

    id: str = Field(min_length=1)
    centre: float
    scale: float = Field(gt=0)
    two_valued: bool = Field(default=False, description="only 0 and 1")
    may_be_unknown: bool = False
    knots: tuple[float, ...] = Field(default=(), max_length=8, description="where the line may bend, in own units")


class Spec(Frozen):
    """Format learn-spec/1; see `solstice schema learn-spec`."""

    solstice: Literal["learn-spec/1"]
    covariates: tuple[SpecCovariate, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _once(self) -> Self:
        ids = [one.id for one in self.covariates]
        twice = sorted({one for one in ids if ids.count(one) > 1})
        if twice:
            raise ValueError(f"the covariate {twice[0]} stands twice; keep one of them")
        return self


def read_spec(path: Path) -> Spec:
    """Read a spec. Raises ContentError with file:line."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise ContentError([Fault(str(path), 1, "cannot be read", "name a spec file saved as UTF-8")]) from None
    document = parse_json(text, str(path)) if path.suffix == ".json" else parse_yaml(text, str(path))
    if not isinstance(document.data, dict):
        raise ContentError([Fault(str(path), 1, "no spec", "start with `solstice: learn-spec/1`")])
    return validate(document, Spec)


def basis_of(spec: Spec, *, curves: bool) -> Basis:
    """The columns of a spec; without curves only values and gaps."""
    ordered = sorted(spec.covariates, key=lambda one: one.id)
    columns = [Column("value", (one.id,)) for one in ordered]
    columns += [Column("missing", (one.id,)) for one in ordered if one.may_be_unknown]
    if curves:
        columns += [Column("square", (one.id,)) for one in ordered if not one.two_valued]
        columns += [Column("hinge", (one.id,), knot) for one in ordered for knot in sorted(set(one.knots))]
    return Basis(
        tuple(one.id for one in ordered),
        tuple(one.centre for one in ordered),
        tuple(one.scale for one in ordered),
        tuple(sorted(columns, key=lambda column: column.key)),
    )
