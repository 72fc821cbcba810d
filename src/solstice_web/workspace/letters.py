"""The letter about what was tried: one click makes it, then it can be read, taken as PDF or as plain text."""

import uuid
from datetime import datetime
from typing import Any, get_args

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_GET

from solstice.letter import Parties, Purpose, Wording, letter_from, to_pdf, to_text
from solstice_web.accounts.access import PersonRequest, Right, requires
from solstice_web.letters.actions import NoLetterError, issue_letter
from solstice_web.letters.models import IssuedLetter
from solstice_web.letters.queries import drafted, last_written_by, letter_of, letters_of
from solstice_web.workspace.clock import clinic_time, day, moment
from solstice_web.workspace.frame import other_person, person_page

MOST_LINES = 8
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)


class LetterForm(forms.Form):
    """What only the writer knows; nothing here has to be filled in. `id` makes one sent twice one letter."""

    id = forms.UUIDField(error_messages={"required": "Open this page anew.", "invalid": "Open this page anew."})
    purpose = forms.ChoiceField(
        choices=IssuedLetter.Purpose.choices,
        error_messages={"required": "Choose what it is for.", "invalid_choice": "Choose what it is for."},
    )
    sender = forms.CharField(required=False, max_length=600)
    recipient = forms.CharField(required=False, max_length=600)
    signed_name = forms.CharField(required=False, max_length=120)
    signed_role = forms.CharField(required=False, max_length=120)
    opening = forms.CharField(required=False, max_length=2000)
    request = forms.CharField(required=False, max_length=2000)

    def clean_sender(self) -> str:
        return _address(self.cleaned_data["sender"])

    def clean_recipient(self) -> str:
        return _address(self.cleaned_data["recipient"])


def _address(text: str) -> str:
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_LINES:
        raise forms.ValidationError(f"Write at most {MOST_LINES} lines.")
    return "\n".join(lines)


@requires(Right.WRITE_RECORD, person="person_id")
def letters(request: PersonRequest, person_id: uuid.UUID) -> HttpResponse:
    at = timezone.now()
    if request.method != "POST":
        return _page(request, LetterForm(initial=_usual(request)), at=at)
    refused = other_person(request)
    if refused is not None:
        return refused
    form = LetterForm(request.POST)
    if not form.is_valid():
        return _page(request, form, at=at, status=400)
    told = form.cleaned_data
    letter = drafted(
        request.person,
        purpose=told["purpose"],
        parties=_parties(request, told),
        wording=Wording(opening=told["opening"], request=told["request"]),
        at=at,
    )
    try:
        issued = issue_letter(
            person=request.person,
            letter_id=told["id"],
            purpose=told["purpose"],
            letter=letter,
            by=request.user,
            at=at,
        )
    except NoLetterError:
        raise Http404 from None
    return redirect("workspace:letter", person_id, issued.pk)


def _usual(request: PersonRequest) -> dict[str, Any]:
    """Sender and role as this writer used them last."""
    last = last_written_by(request.user)
    signed = last.body["signed"] if last else {}
    return {
        "id": uuid.uuid4(),
        "purpose": IssuedLetter.Purpose.REFERRAL,
        "sender": "\n".join(last.body["sender"]) if last else "",
        "signed_name": signed.get("name") or request.user.name,
        "signed_role": signed.get("role", ""),
    }


def _parties(request: PersonRequest, told: dict[str, Any]) -> Parties:
    person = request.person
    return Parties(
        sender=tuple(told["sender"].splitlines()),
        recipient=tuple(told["recipient"].splitlines()),
        person_name=person.full_name,
        person_born=person.birth_date,
        person_reference=f"our reference {str(person.pk)[:8]}",
        signed_name=told["signed_name"],
        signed_role=told["signed_role"],
    )


def _page(request: PersonRequest, form: LetterForm, *, at: datetime, status: int = 200) -> HttpResponse:
    earlier = [
        {
            "id": letter.pk,
            "title": letter.get_purpose_display(),
            "to": (letter.body["recipient"] or ["no recipient named"])[0],
            "when": moment(letter.issued_at, at=at),
            "by": letter.issued_by.name or letter.issued_by.email,
        }
        for letter in letters_of(request.person)
    ]
    return person_page(request, "letters/new", place="letters", status=status, form=form, earlier=earlier)


@requires(Right.READ_RECORD, person="person_id")
@require_GET
def letter(request: PersonRequest, person_id: uuid.UUID, letter_id: uuid.UUID) -> HttpResponse:  # noqa: ARG001 - request.person
    """The letter as it went out, to read on the screen."""
    issued = _issued(request, letter_id)
    born = letter_from(issued.body).parties.person_born
    return person_page(
        request,
        "letters/letter",
        place="letters",
        letter=issued.body,
        born=day(born) if born else "",
        issued=issued,
        when=moment(issued.issued_at, at=timezone.now()),
        by=issued.issued_by.name or issued.issued_by.email,
    )


@requires(Right.READ_RECORD, person="person_id")
@require_GET
def paper(request: PersonRequest, person_id: uuid.UUID, letter_id: uuid.UUID) -> HttpResponse:  # noqa: ARG001 - request.person
    issued = _issued(request, letter_id)
    return _file(issued, to_pdf(letter_from(issued.body)), "application/pdf", "pdf")


@requires(Right.READ_RECORD, person="person_id")
@require_GET
def text(request: PersonRequest, person_id: uuid.UUID, letter_id: uuid.UUID) -> HttpResponse:  # noqa: ARG001 - request.person
    issued = _issued(request, letter_id)
    return _file(issued, to_text(letter_from(issued.body)).encode(), "text/plain; charset=utf-8", "txt")


def _issued(request: PersonRequest, letter_id: uuid.UUID) -> IssuedLetter:
    found = letter_of(request.person, letter_id)
    if found is None:
        raise Http404
    return found


def _file(issued: IssuedLetter, content: bytes, kind: str, ending: str) -> HttpResponse:
    """A download whose name tells nothing but the day."""
    answer = HttpResponse(content, content_type=kind)
    day = clinic_time(issued.issued_at).date().isoformat()
    answer["Content-Disposition"] = f'attachment; filename="letter-{day}.{ending}"'
    return answer


ROOT = "clinic/people/<uuid:person_id>/letter/"
urls = [
    path(ROOT, letters, name="letters"),
    path(f"{ROOT}<uuid:letter_id>/", letter, name="letter"),
    path(f"{ROOT}<uuid:letter_id>/paper/", paper, name="letter_paper"),
    path(f"{ROOT}<uuid:letter_id>/text/", text, name="letter_text"),
]
