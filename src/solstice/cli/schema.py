"""`solstice schema`: the JSON Schema of a format, from the model that reads or prints it."""

import difflib
import importlib
import json
import sys
from collections.abc import Mapping

import click

SCHEMAS: Mapping[str, str] = {
    "evidence": "solstice.cli.evidence_shapes:EvidenceShape",
    "formulate": "solstice.cli.formulation_shapes:FormulationShape",
    "plan": "solstice.cli.plan_shapes:PlanShape",
    "learn-spec": "solstice.learn.spec:Spec",
    "learn-statistics": "solstice.learn.sharing:SharedShape",
    "posterior": "solstice.learn.stored:PosteriorShape",
    "prior": "solstice.learn.prior:Prior",
    "person": "solstice.person.file:PersonFile",
    "review": "solstice.cli.shapes:ReviewShape",
    "score": "solstice.cli.shapes:ScoreShape",
}
"""Name of a format → `module:attribute` of its pydantic model (or type pydantic understands); others add theirs."""


@click.command("schema")
@click.argument("name")
def schema_command(name: str) -> None:
    """Print the JSON Schema of NAME: what `solstice NAME --json` prints, or, for person, what it reads."""
    from pydantic import TypeAdapter

    if name not in SCHEMAS:
        close = difflib.get_close_matches(name, SCHEMAS, n=1)
        right = f"did you mean {close[0]}?" if close else f"known are {', '.join(sorted(SCHEMAS))}"
        click.echo(f"{name}: no such format; {right}", err=True)
        sys.exit(2)
    module, _, attribute = SCHEMAS[name].partition(":")
    schema = TypeAdapter(getattr(importlib.import_module(module), attribute)).json_schema()
    click.echo(json.dumps(schema, ensure_ascii=False, indent=2))
