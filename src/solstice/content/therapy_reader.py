"""Read every therapy folder, and check that sessions, worksheets and practices name each other rightly."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from solstice.content.read import ContentError, Key, Model, Reader
from solstice.content.therapy_model import (
    Examples,
    Practice,
    Session,
    Therapy,
    TherapyHead,
    Words,
    Worksheet,
)


def read_therapies(reader: Reader) -> dict[str, Therapy]:
    """Every whole therapy by id; what is wrong is noted in `reader.faults`."""
    heads = reader.files("therapies/*/therapy.yaml")
    if not heads:
        return {}
    words_file = reader.root / "therapies" / "words.yaml"
    words = _required(reader, words_file, Words)
    read = [_Folder(reader, path).therapy(words) for path in heads]
    return {therapy.id: therapy for therapy in read if therapy is not None}


def _required(reader: Reader, path: Path, model: type[Model]) -> Model | None:
    if not path.is_file():
        reader.fault(path, "the file is missing", "add it, see docs/authoring.md")
        return None
    return reader.model(path, model)


class _Folder:
    """One therapy folder while it is being read."""

    def __init__(self, reader: Reader, head_file: Path) -> None:
        self.reader, self.head_file = reader, head_file
        self.name = reader.name_of(head_file.parent)

    def therapy(self, words: Words | None) -> Therapy | None:
        reader, before = self.reader, len(self.reader.faults)
        head = reader.model(self.head_file, TherapyHead)
        sessions = self._read("sessions/*.md", Session)
        sheets = self._read("worksheets/*.yaml", Worksheet)
        practices = self._read("practices/*.md", Practice)
        examples_file = self.head_file.parent / "examples.yaml"
        examples = _required(reader, examples_file, Examples)
        if head is None or examples is None or len(reader.faults) > before:
            return None
        self._check_names(head, sheets, practices)
        self._check_sources(head, {**sessions, **sheets})
        self._check_sessions(head, sessions)
        self._check_references(head, sessions, sheets, practices)
        self._check_examples(examples_file, examples, sessions, practices)
        if words is None or len(reader.faults) > before:
            return None
        return Therapy(
            **{name: getattr(head, name) for name in TherapyHead.model_fields},
            words=words,
            sessions=tuple(sorted(sessions.values(), key=lambda session: session.number)),
            worksheets={sheet.id: sheet for sheet in sheets.values()},
            practices={practice.id: practice for practice in practices.values()},
            examples=examples.examples,
        )

    def _read(self, pattern: str, model: type[Model]) -> dict[Path, Model]:
        files = self.reader.files(f"{self.name}/{pattern}")
        return {path: found for path in files if (found := self.reader.model(path, model)) is not None}

    def _fault(self, path: Path, key: Key, what: str, right: str) -> None:
        try:
            line = self.reader.document(path).line_of(key)
        except ContentError:
            line = 1
        self.reader.fault(path, what, right, line=line)

    def _check_names(self, head: TherapyHead, sheets: dict[Path, Worksheet], practices: dict[Path, Practice]) -> None:
        if head.id != self.head_file.parent.name:
            self._fault(self.head_file, ("id",), f"the id is '{head.id}'", f"use '{self.head_file.parent.name}'")
        named: list[tuple[Path, str]] = [(path, sheet.id) for path, sheet in sheets.items()]
        named += [(path, practice.id) for path, practice in practices.items()]
        for path, name in named:
            if path.stem != name:
                self._fault(path, ("id",), f"the id is '{name}'", f"use the name of the file, '{path.stem}'")

    def _check_sources(self, head: TherapyHead, parts: Mapping[Path, Session | Worksheet]) -> None:
        for path, part in parts.items():
            if part.source.ref not in head.sources:
                known = ", ".join(head.sources)
                self._fault(path, ("source",), f"the source '{part.source.ref}' is not listed", f"use one of {known}")
            if part.source.verified == "memory" and not head.is_draft:
                self._fault(path, ("source",), "the therapy is signed, but this rests on memory", "keep it a draft")

    def _check_sessions(self, head: TherapyHead, sessions: dict[Path, Session]) -> None:
        for path, session in sessions.items():
            if path.name[:2] != f"{session.number:02d}":
                self._fault(path, ("number",), f"the number is {session.number}", f"use {path.name[:2]} as in the name")
        numbers = sorted(session.number for session in sessions.values())
        if numbers != list(range(1, len(numbers) + 1)) or not numbers:
            self._fault(self.head_file, (), f"the sessions are {numbers}", "number them 1, 2, 3 without gaps")
        covered = [number for phase in head.phases for number in range(phase.first, phase.last + 1)]
        if covered != numbers:
            self._fault(
                self.head_file, ("phases",), f"the phases cover sessions {covered}", "cover each session exactly once"
            )
        if not head.structure.sessions.low <= len(numbers) <= head.structure.sessions.high:
            self._fault(self.head_file, ("structure", "sessions"), f"there are {len(numbers)} sessions", "widen it")

    def _check_references(
        self,
        head: TherapyHead,
        sessions: dict[Path, Session],
        sheets: dict[Path, Worksheet],
        practices: dict[Path, Practice],
    ) -> None:
        sheet_ids = {sheet.id for sheet in sheets.values()}
        practice_ids = {practice.id for practice in practices.values()}
        for path, session in sessions.items():
            self._known(path, "worksheets", session.worksheets, sheet_ids)
            self._known(path, "practices", session.practices, practice_ids)
        for path, practice in practices.items():
            if practice.worksheet is not None and practice.worksheet not in sheet_ids:
                self._unknown(path, ("worksheet",), practice.worksheet, sheet_ids)
        for key in ("first_practice", "rest_practice", "own_task_practice"):
            if (name := getattr(head, key)) not in practice_ids:
                self._unknown(self.head_file, (key,), name, practice_ids)
        self._check_agreed_only(head, practices)
        self._check_reached(head, sessions, sheets, practices)

    def _check_agreed_only(self, head: TherapyHead, practices: dict[Path, Practice]) -> None:
        for path, practice in practices.items():
            if practice.agreed_only and practice.id in {head.first_practice, head.rest_practice}:
                self._fault(
                    path, ("agreed_only",), f"'{practice.id}' is offered without agreement", "remove agreed_only"
                )

    def _check_reached(
        self,
        head: TherapyHead,
        sessions: dict[Path, Session],
        sheets: dict[Path, Worksheet],
        practices: dict[Path, Practice],
    ) -> None:
        used = {name for session in sessions.values() for name in session.worksheets}
        for path, sheet in sheets.items():
            if sheet.id not in used:
                self._fault(path, ("id",), f"no session uses '{sheet.id}'", "name it in a session or remove it")
        reached = {name for session in sessions.values() for name in session.practices}
        reached |= {head.first_practice, head.rest_practice, head.own_task_practice}
        for path, practice in practices.items():
            if practice.id not in reached:
                self._fault(path, ("id",), f"no session uses '{practice.id}'", "name it in a session or remove it")

    def _check_examples(
        self, path: Path, examples: Examples, sessions: dict[Path, Session], practices: dict[Path, Practice]
    ) -> None:
        practice_ids = {practice.id for practice in practices.values()}
        numbers = {session.number for session in sessions.values()}
        for index, example in enumerate(examples.examples):
            names: list[Any] = [example.then.practice]
            names += [entry.practice for entry in example.given.entries]
            names += [task.practice for task in example.given.tasks]
            for name in names:
                if name is not None and name not in practice_ids:
                    self._unknown(path, ("examples", index), name, practice_ids)
            for held in example.given.sessions:
                if held.number not in numbers:
                    self._fault(
                        path, ("examples", index), f"there is no session {held.number}", "name one of the folder"
                    )

    def _known(self, path: Path, key: str, names: tuple[str, ...], known: set[str]) -> None:
        for index, name in enumerate(names):
            if name not in known:
                self._unknown(path, (key, index), name, known)

    def _unknown(self, path: Path, key: Key, name: str, known: set[str]) -> None:
        self._fault(path, key, f"'{name}' is not in this folder", f"use one of {', '.join(sorted(known))}")
