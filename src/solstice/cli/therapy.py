"""`solstice therapy ID`: show a whole therapy, or one session of it, as a page or as JSON."""

import difflib
import sys
from typing import Any

import click

from solstice.cli.main import json_option, show


@click.command()
@click.argument("therapy_id", metavar="ID", required=False)
@click.option("--session", "number", type=int, help="Show this session with its agenda and notes.")
@json_option
def therapy(therapy_id: str | None, number: int | None, *, as_json: bool) -> None:
    """Show a therapy: phases, sessions, worksheets, practices. Without ID, list the therapies of the library."""
    from solstice.content import Library

    known = Library().therapies
    if therapy_id is None:
        listed = [{"id": found.id, "name": found.name, "sessions": len(found.sessions)} for found in known.values()]
        page = "\n".join(f"{entry['id']:<24} {entry['name']}, {entry['sessions']} sessions" for entry in listed)
        show({"therapies": listed}, page, as_json=as_json)
        return
    if therapy_id not in known:
        close = difflib.get_close_matches(therapy_id, known, n=1)
        right = f"did you mean '{close[0]}'?" if close else f"the library has {', '.join(known)}"
        _refuse(f"there is no therapy '{therapy_id}'; {right}")
    chosen = known[therapy_id]
    if number is None:
        show(_as_data(chosen), _page(chosen), as_json=as_json)
        return
    if not 1 <= number <= len(chosen.sessions):
        _refuse(f"{therapy_id} has no session {number}; it has sessions 1 to {len(chosen.sessions)}")
    session = chosen.session(number)
    show(_session_data(session), _session_page(session), as_json=as_json)


def _refuse(message: str) -> None:
    click.echo(message, err=True)
    sys.exit(2)


def _as_data(chosen: Any) -> dict[str, Any]:
    from solstice.content.therapy_condition import plain

    data: dict[str, Any] = chosen.model_dump(
        mode="json", by_alias=True, exclude={"sessions", "practices", "words", "examples"}
    )
    for caution, entry in zip(chosen.cautions, data["cautions"], strict=True):
        entry["when_in_words"] = plain(caution.when)
    data["sessions"] = [_session_data(session) for session in chosen.sessions]
    data["practices"] = {
        practice.id: {
            **practice.model_dump(mode="json", exclude={"body"}),
            "doses": [dose.model_dump(mode="json") for dose in practice.doses],
        }
        for practice in chosen.practices.values()
    }
    return data


def _session_data(session: Any) -> dict[str, Any]:
    data: dict[str, Any] = session.model_dump(mode="json", exclude={"body"})
    return {**data, "notes": session.notes, "for_you": session.for_you}


def _page(chosen: Any) -> str:
    from solstice.content.therapy_condition import FLAG_NAMES, plain

    structure = chosen.structure
    review = "draft: no clinician has signed this content" if chosen.is_draft else "signed"
    lines = [
        f"{chosen.name} ({chosen.short_name}), version {chosen.version}, {review}",
        f"For patients: {chosen.patient_name}",
        "",
        chosen.mechanism.text,
        f"{_span(structure.sessions)} sessions of {_span(structure.minutes)} minutes, {structure.frequency}",
    ]
    for phase in chosen.phases:
        lines += ["", f"{phase.name} (sessions {phase.first} to {phase.last})"]
        for session in chosen.sessions[phase.first - 1 : phase.last]:
            used = ", ".join((*session.worksheets, *session.practices))
            lines.append(f"  {session.number:>2}  {session.title}  [{used}]")
    lines += ["", "For whom", *(f"  - {indication.text}" for indication in chosen.indications)]
    lines += ["", "Cautions", *(f"  - If {plain(item.when)}: {item.text}. {item.do}" for item in chosen.cautions)]
    lines += ["", "Pauses when there is", *(f"  - {FLAG_NAMES[pause.flag]}: {pause.do}" for pause in chosen.pauses)]
    lines += ["", "Worksheets"]
    lines += [f"  {sheet.id:<24} {sheet.name}: {', '.join(sheet.columns)}" for sheet in chosen.worksheets.values()]
    lines += ["", "Practices (each in 20 seconds, 2, 8 and 20 minutes)"]
    lines += [f"  {practice.id:<24} {practice.title}" for practice in chosen.practices.values()]
    lines += ["", "Measures"]
    lines += [f"  {item.instrument or item.name} ({item.role}): {item.when}" for item in chosen.measures]
    lines += ["", "Sources", *(f"  {ref}: {entry.citation}" for ref, entry in chosen.sources.items())]
    return "\n".join(lines)


def _span(span: Any) -> str:
    return f"{span.low}" if span.low == span.high else f"{span.low} to {span.high}"


def _session_page(session: Any) -> str:
    lines = [f"Session {session.number}: {session.title} ({session.minutes} minutes)", ""]
    lines += [f"  {item.minutes:>2} min  {item.step.replace('_', ' '):<13} {item.do}" for item in session.agenda]
    for heading, text in session.notes.items():
        lines += ["", heading, text]
    return "\n".join([*lines, "", "For the patient", session.for_you])
