"""`solstice letter`: the treatment history as a letter, on paper or as plain text."""

from datetime import date
from pathlib import Path
from typing import Any

import click

from solstice.cli.main import json_option, show

PURPOSES = {"referral": "referral", "prior-authorisation": "prior_authorisation", "summary": "summary"}


@click.command("letter")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--purpose", type=click.Choice(list(PURPOSES)), default="referral", show_default=True)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Where to write it: .pdf or .txt.")
@click.option("--from", "sender", multiple=True, metavar="LINE", help="A line of the sender; repeat it.")
@click.option("--to", "recipient", multiple=True, metavar="LINE", help="A line of the recipient; repeat it.")
@click.option("--about", default="", help="Name of the person, as it should stand in the letter.")
@click.option("--born", default="", metavar="YYYY-MM-DD", help="Birth date of the person.")
@click.option("--signed", default="", help="Name of who signs.")
@click.option("--role", default="", help="Role of who signs.")
@json_option
def letter_command(file: Path, *, purpose: str, out: Path | None, as_json: bool, **options: Any) -> None:
    """Write the treatment history of the person in FILE as a letter, on paper or as text."""
    from solstice.content.library import Library
    from solstice.ledger import assess
    from solstice.letter import Parties, compose, to_pdf, to_text
    from solstice.person import read_person

    if out is not None and out.suffix.lower() not in (".pdf", ".txt"):
        raise click.UsageError(f"--out is '{out}'; right would be a name that ends in .pdf or .txt")
    parties = Parties(
        sender=options["sender"],
        recipient=options["recipient"],
        person_name=options["about"],
        person_born=_born(options["born"]),
        signed_name=options["signed"],
        signed_role=options["role"],
    )
    library, person = Library(), read_person(file)
    made = compose(person, assess(person, library), library, purpose=PURPOSES[purpose], parties=parties)  # type: ignore[arg-type] # values of PURPOSES
    if out is None or as_json:
        show(made.to_json() if as_json else None, "" if as_json else to_text(made).rstrip("\n"), as_json=as_json)
    if out is not None:
        try:
            out.write_bytes(to_pdf(made) if out.suffix.lower() == ".pdf" else to_text(made).encode())
        except OSError as error:
            raise click.UsageError(f"--out {out} cannot be written: {error.strerror}") from None
        click.echo(f"Written: {out}", err=True)


def _born(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise click.UsageError(f"--born is '{text}'; right would be a day such as 1979-04-02") from None
