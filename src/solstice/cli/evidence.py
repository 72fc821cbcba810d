"""`solstice evidence METAPSY.csv`: pooled effects with intervals, tau², I² and prediction interval."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from solstice.cli.main import json_option, show

if TYPE_CHECKING:
    from solstice.evidence.pooling import Pooled
    from solstice.evidence.subgroups import Group
    from solstice.evidence.table import Comparisons

I2_FROM = "tau2"


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--by", "column", metavar="COLUMN", help="Pool each value of COLUMN by itself.")
@click.option("--where", "wishes", multiple=True, metavar="COLUMN=VALUE", help="Keep these rows only; may be repeated.")
@click.option("--model", default="reml-knha", show_default=True, help="reml, ml, pm or dl with -knha or -z; or ee-z.")
@json_option
def evidence(file: Path, *, column: str | None, wishes: tuple[str, ...], model: str, as_json: bool) -> None:
    """Pool the effects of a Metapsy-standard CSV FILE, each row as an independent comparison."""
    from solstice.evidence.pooling import MODELS
    from solstice.evidence.subgroups import NoSuchRows, by, pool, where
    from solstice.evidence.table import read_metapsy

    if model not in MODELS:
        raise click.BadParameter(f"'{model}' is not a model; right would be one of {', '.join(MODELS)}")
    table = read_metapsy(file)
    try:
        for wish in wishes:
            table = where(table, wish)
        groups = by(table, column, model) if column is not None else []
    except NoSuchRows as error:
        click.echo(f"{file}: {error}", err=True)
        sys.exit(2)
    overall = pool(table.rows, model)
    out = {**as_dict(overall), "left_out": table.left_out, "incomplete": list(table.incomplete), "where": list(wishes)}
    if column is not None:
        out |= {"by": column, "groups": [{"level": group.level, **as_dict(group.pooled)} for group in groups]}
    show(out, page(overall, groups, column, table), as_json=as_json)


def as_dict(pooled: "Pooled") -> dict[str, Any]:
    """The result with the keys of the contract; what cannot be known is null."""
    return {
        "model": pooled.model,
        "k": pooled.k,
        "studies": pooled.studies,
        "g": pooled.g,
        "se": pooled.se,
        "lower": pooled.lower,
        "upper": pooled.upper,
        "tau2": pooled.tau2,
        "i2": pooled.i2,
        "i2_from": "q" if pooled.model.startswith("ee") else I2_FROM,
        "q": pooled.q,
        "pi_lower": pooled.pi_lower,
        "pi_upper": pooled.pi_upper,
    }


def page(overall: "Pooled", groups: "list[Group]", column: str | None, table: "Comparisons") -> str:
    """The result as a table."""
    left_out = f"; {table.left_out} rows without an effect left out" if table.left_out else ""
    if table.incomplete:
        left_out += f" (half of an effect on line {', '.join(str(line) for line in table.incomplete[:10])})"
    lines = [
        f"Model {overall.model}; every row counts as independent. Hedges' g, higher is better for the first arm.",
        f"{overall.k} comparisons of {overall.studies} studies{left_out}",
        "",
        f"{column or '':24} {'k':>5} {'studies':>8} {'g':>7} {'95 % interval':>18} {'tau²':>7} {'I²':>6}   prediction",
        _line("all", overall),
    ]
    lines += [_line(group.level, group.pooled) for group in groups]
    lines += ["", "I² is the share of tau² in the total (not the one from Q)."]
    return "\n".join(lines)


def _line(level: str, pooled: "Pooled") -> str:
    interval = f"{pooled.lower:.3f} to {pooled.upper:.3f}"
    tau2 = "–" if pooled.tau2 is None else f"{pooled.tau2:.3f}"
    i2 = "–" if pooled.i2 is None else f"{pooled.i2:.1f}"
    prediction = (
        "–" if pooled.pi_lower is None or pooled.pi_upper is None else f"{pooled.pi_lower:.2f} to {pooled.pi_upper:.2f}"
    )
    name = level if len(level) <= 24 else f"{level[:23]}…"
    return (
        f"{name:24} {pooled.k:5d} {pooled.studies:8d} {pooled.g:7.3f} {interval:>18} {tau2:>7} {i2:>6}   {prediction}"
    )
