"""POST /outbox/: what a phone saved without a network, answered message by message in JSON."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from pydantic import ValidationError

from solstice_web.accounts.access import PersonRequest, Right, requires
from solstice_web.outbox.actions import Reply, receive
from solstice_web.outbox.messages import MESSAGE, MOST_BYTES, MOST_MESSAGES, AnyMessage

View = Callable[..., HttpResponse]


class MalformedError(ValueError):
    """The body cannot be read; `where` names the place and the text says what would be right."""

    def __init__(self, where: str, what: str, status: int = 400) -> None:
        self.where, self.what, self.status = where, what, status
        super().__init__(f"{where}: {what}")


def answers_in_json(view: View) -> View:
    """Answer what cannot be taken in JSON, because a script reads it; signed out is 401 from the access middleware.

    The endpoint needs no CSRF token: it takes JSON only, from this site only (a foreign page cannot send either
    without a preflight, which is never answered), so that an outbox filled before a sign-in can still be sent.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return _no("method", "send POST", 405, allow="POST")
        if not _is_from_here(request):
            return _no("origin", "send from this site", 403)
        if request.content_type != "application/json":
            return _no("content-type", "send application/json", 415)
        return view(request, *args, **kwargs)

    return csrf_exempt(answer)


def _is_from_here(request: HttpRequest) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("Origin")
    try:
        return origin is None or urlsplit(origin).netloc == request.get_host()
    except ValueError:
        return False


def _no(where: str, what: str, status: int, *, allow: str = "") -> JsonResponse:
    reply = JsonResponse({"error": what, "where": where}, status=status)
    if allow:
        reply["Allow"] = allow
    return reply


@answers_in_json
@requires(Right.PORTAL)
def outbox(request: PersonRequest) -> HttpResponse:
    """Answer every message that can be read; 400 only when none can, 503 with nothing lost when storage fails."""
    try:
        body = _body(request)
        if body.get("owner", str(request.person.pk)) not in ("", str(request.person.pk)):
            return _no("owner", "these entries are someone else's; they must sign in", 409)
        entries = _entries(body)
        parsed = [_parse(index, entry) for index, entry in enumerate(entries)]
    except MalformedError as fault:
        return _no(fault.where, fault.what, fault.status)
    at = timezone.now()
    try:
        replies = [
            found if isinstance(found, Reply) else receive(person=request.person, message=found, by=request.user, at=at)
            for found in parsed
        ]
    except DatabaseError:
        return _no("storage", "not saved; keep the entries and send them again", 503)
    answer: dict[str, Any] = {"entries": [_answer(reply) for reply in replies]}
    if parsed and all(isinstance(found, Reply) for found in parsed):
        first = next(found for found in parsed if isinstance(found, Reply))
        return JsonResponse({**answer, "error": first.message, "where": first.message.partition(":")[0]}, status=400)
    return JsonResponse(answer)


def _answer(reply: Reply) -> dict[str, Any]:
    return {"id": str(reply.id), "state": reply.state, "message": reply.message, "help_now": reply.help_now}


def _body(request: HttpRequest) -> dict[str, Any]:
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        raise MalformedError("content-length", "give a number") from None
    raw = b"" if length > MOST_BYTES else request.read(MOST_BYTES + 1)
    if length > MOST_BYTES or len(raw) > MOST_BYTES:
        raise MalformedError("body", f"send at most {MOST_BYTES} bytes", 413)
    try:
        data = json.loads(raw.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise MalformedError("body", "send JSON in UTF-8") from None
    if not isinstance(data, dict) or not {"entries"} <= set(data) <= {"entries", "owner"}:
        raise MalformedError("body", 'send {"owner": …, "entries": [...]} and nothing else')
    return data


def _entries(data: dict[str, Any]) -> list[Any]:
    if not isinstance(data["entries"], list):
        raise MalformedError("body", "send entries as a list")
    if not data["entries"]:
        raise MalformedError("entries", "send at least one entry")
    if len(data["entries"]) > MOST_MESSAGES:
        raise MalformedError("entries", f"send at most {MOST_MESSAGES} entries at once")
    return list(data["entries"])


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _parse(index: int, entry: Any) -> AnyMessage | Reply:
    """The message, or its refusal; an entry without a usable id cannot be answered and spoils the whole body."""
    where = f"entries[{index}]"
    try:
        name = UUID(entry["id"])
    except (TypeError, KeyError, ValueError, AttributeError):
        raise MalformedError(f"{where}.id", "give every entry a UUID") from None
    try:
        return MESSAGE.validate_json(json.dumps(entry))
    except (ValidationError, RecursionError) as error:
        return Reply(name, "refused", f"{where}{_fault(error)}")


def _fault(error: ValidationError | RecursionError) -> str:
    """Where and what is wrong, without anything that was sent."""
    if isinstance(error, RecursionError):
        return ": nested too deeply"
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    place = ".".join(str(part) for part in first["loc"] if not _is_model_tag(str(part)))[:120]
    return f"{'.' if place else ''}{place}: {first['msg'].removeprefix('Value error, ')}"


def _is_model_tag(part: str) -> bool:
    return part in {"answer", "complete", "entry", "delete_entry", "undo_entry", "energy", "told"}
