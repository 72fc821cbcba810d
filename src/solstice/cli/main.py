"""The command group: a page for people by default, the same content as JSON with --json."""

import importlib
import json
import sys
from collections.abc import Mapping
from typing import Any

import click

from solstice.content.read import ContentError

ENGINE_COMMANDS: Mapping[str, str] = {
    "content": "solstice.cli.content:content_group",
    "ledger": "solstice.cli.ledger:ledger",
    "review": "solstice.cli.review:review_command",
    "schema": "solstice.cli.schema:schema_command",
    "score": "solstice.cli.score:score_command",
    "therapy": "solstice.cli.therapy:therapy",
    "evidence": "solstice.cli.evidence:evidence",
    "formulate": "solstice.cli.formulate:formulate",
    "plan": "solstice.cli.plan:plan",
}
"""Name of a command → `module:attribute`; imported only when it is called."""


class LazyGroup(click.Group):
    """Imports a command when it is named, so that `solstice score` does not load the shell."""

    def __init__(self, *args: Any, lazy: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lazy = dict(lazy or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *self.lazy})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in self.lazy:
            module, _, attribute = self.lazy[cmd_name].partition(":")
            command: click.Command = getattr(importlib.import_module(module), attribute)
            return command
        return super().get_command(ctx, cmd_name)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ContentError as error:
            for fault in error.faults:
                click.echo(str(fault), err=True)
            sys.exit(2)


def show(result: Any, page: str, *, as_json: bool) -> None:
    """Print the page, or the JSON of the same result."""
    click.echo(json.dumps(result, ensure_ascii=False, indent=2) if as_json else page)


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a page.")
