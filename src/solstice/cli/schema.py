"""`solstice schema`: the JSON Schema of a format, from the model that reads or prints it."""

import difflib
import importlib
import json
import sys
from collections.abc import Mapping

import click

SCHEMAS: Mapping[str, str] = {
    "content-check": "solstice.cli.content_shapes:CheckShape",
    "content-packs": "solstice.cli.content_shapes:PacksShape",
    "evidence": "solstice.cli.evidence_shapes:EvidenceShape",
    "formulate": "solstice.cli.formulation_shapes:FormulationShape",
    "ledger": "solstice.cli.ledger_shapes:LedgerShape",
    "letter": "solstice.cli.letter_shapes:LetterShape",
    "plan": "solstice.cli.plan_shapes:PlanShape",
    "learn-decide": "solstice.cli.learn_shapes:DecideShape",
    "learn-export": "solstice.cli.learn_shapes:ExportShape",
    "learn-fit": "solstice.cli.learn_shapes:FitShape",
    "learn-key": "solstice.cli.learn_shapes:KeyShape",
    "learn-merge": "solstice.cli.learn_shapes:MergeShape",
    "learn-spec": "solstice.learn.spec:Spec",
    "learn-statistics": "solstice.learn.sharing:SharedShape",
    "posterior": "solstice.learn.stored:PosteriorShape",
    "prior": "solstice.learn.prior:Prior",
    "person": "solstice.person.file:PersonFile",
    "review": "solstice.cli.shapes:ReviewShape",
    "score": "solstice.cli.shapes:ScoreShape",
    "therapy": "solstice.cli.content_shapes:AnyTherapyShape",
}
"""Name of a format → `module:attribute` of its pydantic model (or type pydantic understands); others add theirs."""


@click.command("schema")
@click.argument("name")
def schema_command(name: str) -> None:
    """Print the JSON Schema of NAME: what `solstice NAME --json` prints, or, for person, what it reads.

    A command within a command is named with a hyphen: learn-fit.
    """
    from pydantic import TypeAdapter

    if name not in SCHEMAS:
        close = difflib.get_close_matches(name, SCHEMAS, n=1)
        right = f"did you mean {close[0]}?" if close else f"known are {', '.join(sorted(SCHEMAS))}"
        click.echo(f"{name}: no such format; {right}", err=True)
        sys.exit(2)
    module, _, attribute = SCHEMAS[name].partition(":")
    schema = TypeAdapter(getattr(importlib.import_module(module), attribute)).json_schema()
    click.echo(json.dumps(schema, ensure_ascii=False, indent=2))
