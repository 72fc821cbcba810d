"""The `solstice` command: the engine's commands, and the shell's beside them."""

from solstice.cli.main import ENGINE_COMMANDS, ENGINE_SUMMARIES, LazyGroup

SHELL_COMMANDS: dict[str, str] = {
    "demo": "solstice_web.operations.commands:demo",
    "serve": "solstice_web.operations.commands:serve",
    "migrate": "solstice_web.operations.commands:migrate",
    "backup": "solstice_web.operations.commands:backup",
    "restore": "solstice_web.operations.commands:restore",
    "doctor": "solstice_web.operations.commands:doctor",
    "audit": "solstice_web.operations.commands:audit",
    "keys": "solstice_web.operations.commands:keys",
}
"""Name of a command → `module:attribute` inside solstice_web; Django is imported only when one is called."""

SHELL_SUMMARIES: dict[str, str] = {
    "audit": "Questions to the audit trail.",
    "backup": "Write everything into one encrypted, signed FILE, while people work.",
    "demo": "Start a clinic of invented people on this machine.",
    "doctor": "Check settings, keys, database, clock and content.",
    "keys": "Make and change the keys of this clinic.",
    "migrate": "Bring the database to this version of Solstice.",
    "restore": "Bring a backup FILE back, whole or not at all.",
    "serve": "Serve this clinic; settings come from the environment.",
}
"""First sentence of each command's help."""

main = LazyGroup(
    "solstice",
    lazy={**ENGINE_COMMANDS, **SHELL_COMMANDS},
    summaries={**ENGINE_SUMMARIES, **SHELL_SUMMARIES},
    help="Solstice: from what has been tried to a plan that fits. The clinician decides.",
    epilog='Completion in the shell: eval "$(_SOLSTICE_COMPLETE=bash_source solstice)" (or zsh_source, fish_source).',
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
