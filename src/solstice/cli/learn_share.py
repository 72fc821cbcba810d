"""`solstice learn key`, `export` and `merge`: sums between clinics, signed, without any person's row."""

import os
import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from solstice.cli.main import json_option, show
from solstice.kernel.fault import ContentError, Fault

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from solstice.learn import Statistics
    from solstice.learn.basis import Basis
    from solstice.learn.sharing import Budget, SharedFile
    from solstice.learn.spec import Spec
    from solstice.learn.table import Outcomes

PATH = click.Path(path_type=Path)
ONE_TIME = "signed with a one-time key: shows that the file is whole, not who wrote it; make a lasting one with `key`"


@click.command("key")
@click.option("--out", type=PATH, required=True, help="Where the private key goes (PEM); keep it in the clinic.")
@json_option
def key_command(*, out: Path, as_json: bool) -> None:
    """Make a lasting signing key; the public key it prints may be given to others."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(pem)
    except OSError as error:
        what = f"cannot be written ({error.strerror})"
        raise ContentError([Fault(str(out), 1, what, "name a new file; a key is never overwritten")]) from None
    public = key.public_key().public_bytes_raw().hex()
    show({"public_key": public, "out": str(out)}, f"Public key {public}\nPrivate key in {out}", as_json=as_json)


@click.command("export")
@click.argument("outcomes", type=PATH)
@click.option("--out", type=PATH, required=True, help="Where the sums go (JSON).")
@click.option("--spec", "spec_path", type=PATH, help="Shared spec, format learn-spec/1; needed for noise and knots.")
@click.option("--key", "key_path", type=PATH, help="Private key made by `solstice learn key`.")
@click.option("--previous", type=PATH, help="The clinic's export before this one, which it replaces.")
@click.option("--drop", multiple=True, metavar="COVARIATE", help="Leave a characteristic out; may be repeated.")
@click.option("--epsilon", type=click.FloatRange(0, 1, min_open=True), help="Privacy budget: adds noise; with --delta.")
@click.option("--delta", type=click.FloatRange(0, 0.01, min_open=True), help="Privacy budget, well below 1 / people.")
@click.option("--seed", type=int, hidden=True, help="Repeatable noise, for tests only: such a file protects nobody.")
@json_option
def export_command(*, outcomes: Path, out: Path, key_path: Path | None, as_json: bool, **asked: Any) -> None:
    """Write the sums of OUTCOMES, which hold no person's row; small cells are refused with the reason."""
    from solstice.learn.sharing import read_shared, sealed, small_cells
    from solstice.learn.stored import keep_inputs, write_whole
    from solstice.learn.table import read_outcomes

    keep_inputs(out, outcomes, key_path, asked["spec_path"], asked["previous"])
    rows = read_outcomes(outcomes)
    statistics, budget = _gathered(rows, outcomes, asked)
    refusals = small_cells(statistics) if budget is None else ()
    if refusals:
        right = "leave these rows out, --drop the characteristic, or add noise with --epsilon and --delta"
        raise ContentError([Fault(str(outcomes), 1, refusal.text, right) for refusal in refusals])
    previous = asked["previous"]
    before = None if previous is None else read_shared(previous).shape.hash
    key = _key(key_path)
    data = sealed(statistics, key, noise=budget, previous=before)
    write_whole(out, data)
    result = {
        "outcomes": statistics.n if budget is None else None,
        "treatments": list(statistics.treatments),
        "covariates": list(statistics.basis.covariates),
        "noise": data["noise"],
        "hash": data["hash"],
        "previous": before,
        "public_key": data["public_key"],
        "out": str(out),
    }
    many = len(statistics.treatments)
    page = f"Sums of {many} treatment{'' if many == 1 else 's'} written to {out}; hash {data['hash']}"
    show(result, page, as_json=as_json)


def _gathered(rows: "Outcomes", path: Path, asked: dict[str, Any]) -> "tuple[Statistics, Budget | None]":
    """The sums to write, noisy where a budget was given."""
    from solstice.learn.basis import choose_basis
    from solstice.learn.sharing import without_covariates
    from solstice.learn.statistics import gather

    epsilon, delta = asked["epsilon"], asked["delta"]
    if (epsilon is None) != (delta is None):
        raise click.UsageError("give both --epsilon and --delta")
    unknown = sorted(set(asked["drop"]) - set(rows.covariates))
    if unknown:
        raise click.UsageError(f"--drop {unknown[0]}: no such covariate; known are {', '.join(rows.covariates)}")
    basis = _basis(rows, path, asked)
    if epsilon is not None:
        return _noised(rows, basis, asked)
    statistics = gather(rows, basis or choose_basis(rows.x, rows.covariates, "curves"))
    return without_covariates(statistics, set(asked["drop"])), None


def _basis(rows: "Outcomes", path: Path, asked: dict[str, Any]) -> "Basis | None":
    from solstice.learn.spec import basis_of, read_spec

    if asked["spec_path"] is None:
        return None
    spec = read_spec(asked["spec_path"])
    check_against_spec(rows, path, spec)
    return basis_of(spec, curves=asked["epsilon"] is None)


def check_against_spec(rows: "Outcomes", path: Path, spec: "Spec") -> None:
    """Refuse rows that do not fit the spec, with the reason."""
    import numpy as np

    absent = [one.id for one in spec.covariates if one.id not in rows.covariates]
    if absent:
        right = "add the column, or agree on another spec"
        raise ContentError([Fault(str(path), 1, f"no column '{name}', which the spec names", right) for name in absent])
    faults = []
    for one in spec.covariates:
        column = rows.x[:, rows.covariates.index(one.id)]
        known = column[~np.isnan(column)]
        if not one.may_be_unknown and len(known) < len(column):
            faults.append(Fault(str(path), 1, f"{one.id} is unknown for some", "say may_be_unknown: true in the spec"))
        if one.two_valued and not np.isin(known, (0.0, 1.0)).all():
            faults.append(Fault(str(path), 1, f"{one.id} is not only 0 and 1", "take two_valued out of the spec"))
    if faults:
        raise ContentError(faults)


def _noised(rows: "Outcomes", basis: "Basis | None", asked: dict[str, Any]) -> "tuple[Statistics, Budget]":
    """Sums under the Gaussian mechanism, treatments and columns fixed by the spec, never by who came."""
    import numpy as np

    from solstice.learn.sharing import Budget, noisy
    from solstice.learn.statistics import Statistics

    if basis is None or asked["drop"]:
        raise click.UsageError("noise needs --spec, and no --drop: what is chosen from the data would itself tell")
    budget = Budget(asked["epsilon"], asked["delta"], norm=float(np.sqrt(basis.width + 1)))
    rng = np.random.default_rng(secrets.randbits(128) if asked["seed"] is None else asked["seed"])
    x = rows.x[:, [rows.covariates.index(name) for name in basis.covariates]]
    design = np.column_stack([basis.design(x), rows.outcome])
    given = np.array(rows.treatment)
    treatments = tuple(sorted(set(rows.treatment)))
    moments = np.stack([noisy(design[given == one], budget, rng) for one in treatments])
    return Statistics(basis, treatments, moments), budget


@click.command("merge")
@click.argument("files", nargs=-1, required=True, type=PATH)
@click.option("--out", type=PATH, required=True, help="Where the merged sums go (JSON).")
@click.option("--key", "key_path", type=PATH, help="Private key made by `solstice learn key`.")
@click.option("--trust", multiple=True, metavar="PUBLIC_KEY", help="Refuse files signed by any other key.")
@json_option
def merge_command(
    *, files: tuple[Path, ...], out: Path, key_path: Path | None, trust: tuple[str, ...], as_json: bool
) -> None:
    """Add up the sums in FILES: the same as pooling the rows. Changed or unlike files are refused."""
    from solstice.learn.sharing import merge, read_shared, sealed
    from solstice.learn.stored import keep_inputs, write_whole

    keep_inputs(out, key_path, *files)
    shared: list[SharedFile] = []
    faults: list[Fault] = []
    for path in files:
        try:
            shared.append(read_shared(path, trust))
        except ContentError as error:
            faults += error.faults
    if faults:
        raise ContentError(faults)
    statistics = merge(shared)
    key = _key(key_path)
    data = sealed(statistics, key, merged=shared)
    write_whole(out, data)
    result = {"files": len(files), "outcomes": statistics.n, "hash": data["hash"], "out": str(out)}
    files_in_words = f"{len(files)} file{'' if len(files) == 1 else 's'}"
    show(result, f"{files_in_words}, {statistics.n:.0f} outcomes, written to {out}", as_json=as_json)


def _key(path: Path | None) -> "Ed25519PrivateKey":
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    if path is None:
        click.echo(f"note: {ONE_TIME}", err=True)
        return Ed25519PrivateKey.generate()
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        click.echo(
            str(Fault(str(path), 1, "not a signing key", "make one with `solstice learn key --out KEY.pem`")), err=True
        )
        sys.exit(2)
    return key
