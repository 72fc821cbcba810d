"""Split the Markdown bodies of sessions and practices into their named parts."""

from typing import Any

from solstice.content.read import Frozen

NOTE_HEADINGS: tuple[str, ...] = (
    "Aim",
    "In the session",
    "If it gets stuck",
    "When depression has not responded yet",
    "Measure",
    "Pause",
)
"""What the clinician's notes of every session answer, in this order."""

DOSES: tuple[tuple[str, int], ...] = (("20 seconds", 20), ("2 minutes", 120), ("8 minutes", 480), ("20 minutes", 1200))
"""Heading and length in seconds of the four doses; energy 0 to 3 picks them in this order."""

_CLINICIAN, _PATIENT = "For the clinician", "For you"


class SessionBody(Frozen):
    notes: tuple[tuple[str, str], ...]
    for_you: str


class PracticeBody(Frozen):
    doses: tuple[tuple[int, tuple[str, ...]], ...]


def split_session(body: Any) -> SessionBody:
    """Two parts under `## For the clinician` and `## For you`. Raises ValueError with what would be right."""
    if isinstance(body, SessionBody):
        return body
    parts = _parts(body, "## ", (_CLINICIAN, _PATIENT))
    notes = _parts(parts[_CLINICIAN], "### ", NOTE_HEADINGS)
    return SessionBody(notes=tuple(notes.items()), for_you=parts[_PATIENT])


def split_practice(body: Any) -> PracticeBody:
    """Four doses under `## 20 seconds` … `## 20 minutes`, each a list of steps. Raises ValueError."""
    if isinstance(body, PracticeBody):
        return body
    parts = _parts(body, "## ", tuple(name for name, _ in DOSES))
    return PracticeBody(doses=tuple((seconds, _steps(name, parts[name])) for name, seconds in DOSES))


def _parts(body: Any, mark: str, names: tuple[str, ...]) -> dict[str, str]:
    if not isinstance(body, str):
        raise ValueError("the text is not text; write Markdown below the front matter")  # noqa: TRY004 - pydantic turns ValueError into a fault
    found: dict[str, list[str]] = {}
    current: list[str] | None = None
    for line in body.splitlines():
        if line.startswith(mark):
            current = found.setdefault(line.removeprefix(mark).strip(), [])
        elif current is not None:
            current.append(line)
        elif line.strip():
            raise ValueError(f"text stands before the first '{mark.strip()}' heading; put it under one")
    if tuple(found) != names:
        raise ValueError(
            f"the headings are {', '.join(found) or 'missing'}; write {mark}{', '.join(names)} in this order"
        )
    texts = {name: "\n".join(lines).strip() for name, lines in found.items()}
    empty = next((name for name, text in texts.items() if not text), None)
    if empty is not None:
        raise ValueError(f"nothing stands under '{empty}'; write it")
    return texts


def _steps(name: str, text: str) -> tuple[str, ...]:
    steps: list[str] = []
    for line in text.splitlines():
        if line.startswith("- "):
            steps.append(line.removeprefix("- ").strip())
        elif line.strip() and steps:
            steps[-1] += " " + line.strip()
        elif line.strip():
            raise ValueError(f"'{name}' does not start with a step; begin each step with '- '")
    return tuple(steps)
