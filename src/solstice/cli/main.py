"""The command group: a page for people by default, the same content as JSON with --json."""

import atexit
import gc
import importlib
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import click

from solstice.kernel.fault import ContentError

ENGINE_COMMANDS: Mapping[str, str] = {
    "content": "solstice.cli.content:content_group",
    "learn": "solstice.cli.learn:learn_group",
    "ledger": "solstice.cli.ledger:ledger",
    "letter": "solstice.cli.letter:letter_command",
    "review": "solstice.cli.review:review_command",
    "schema": "solstice.cli.schema:schema_command",
    "score": "solstice.cli.score:score_command",
    "therapy": "solstice.cli.therapy:therapy",
    "evidence": "solstice.cli.evidence:evidence",
    "formulate": "solstice.cli.formulate:formulate",
    "plan": "solstice.cli.plan:plan",
}
"""Name of a command → `module:attribute`; imported only when it is called."""


ENGINE_SUMMARIES: Mapping[str, str] = {
    "content": "Check, compile and release the clinical content.",
    "evidence": "Pool the effects of a Metapsy-standard CSV FILE and say how sure the result is.",
    "formulate": "What keeps the depression of the person in FILE going, as far as was asked.",
    "learn": "Learn from outcomes who gets better with what; decide for people; share sums between clinics.",
    "ledger": "Judge the treatment history of each person FILE.",
    "letter": "Write the treatment history of the person in FILE as a letter, on paper or as text.",
    "plan": "Rank the options for the person in FILE, with reasons and doubt.",
    "review": "Review SERIES, a CSV with the columns date,total (or date and the items); an empty total is a gap.",
    "schema": "Print the JSON Schema of NAME: what `solstice NAME --json` prints, or, for person, what it reads.",
    "score": "Score the answers to INSTRUMENT (phq-9, gad-7, pcl-5, …).",
    "therapy": "Show a therapy: phases, sessions, worksheets, practices.",
}
"""First sentence of each command's help, so that the list of commands is shown without importing them."""


class LazyGroup(click.Group):
    """Imports a command when it is named, so that `solstice score` does not load the shell."""

    def __init__(
        self,
        *args: Any,
        lazy: Mapping[str, str] | None = None,
        summaries: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.lazy, self.summaries = dict(lazy or {}), dict(summaries or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *self.lazy})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in self.lazy:
            module, _, attribute = self.lazy[cmd_name].partition(":")
            command: click.Command = getattr(importlib.import_module(module), attribute)
            return command
        return super().get_command(ctx, cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands with their first sentences, importing none that has one here."""
        rows = [(name, self.summaries.get(name) or self._short_help(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def _short_help(self, ctx: click.Context, name: str) -> str:
        command = self.get_command(ctx, name)
        return "" if command is None else command.get_short_help_str(limit=100)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ContentError as error:
            for fault in error.faults:
                click.echo(str(fault), err=True)
            sys.exit(2)


def show(result: Any, page: str, *, as_json: bool) -> None:
    """Print the page, or the JSON of the same result."""
    import json

    click.echo(json.dumps(result, ensure_ascii=False, indent=2) if as_json else page)


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a page.")


@contextmanager
def little_collecting() -> Iterator[None]:
    """For a command that answers and ends: what it loads stays, and need not be looked through again and again.

    Looking for circles in memory took a third of a plan, some of it at the very end, where everything is given back
    anyway.
    """
    was_enabled = gc.isenabled()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.unfreeze()
        if was_enabled:
            gc.enable()
        atexit.unregister(gc.freeze)
        atexit.register(gc.freeze)
