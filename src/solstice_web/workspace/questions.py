"""The twelve questions that come before resistance, one by one: what the facts say, what a clinician says and why."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from solstice.ledger import Ledger
from solstice_web.accounts.access import PersonRequest, Right, requires
from solstice_web.ledger.queries import assessment
from solstice_web.people.stale_edit import StaleEditError
from solstice_web.resistance.actions import LONGEST, AnswerRefusedError, NoItemError, Said, answer_item
from solstice_web.resistance.checklist import STATES, Item, title_of
from solstice_web.resistance.models import ItemAnswer
from solstice_web.resistance.queries import answers_to, checklist_of, in_the_way
from solstice_web.tasks.models import Task
from solstice_web.tasks.queries import about, clinic_day, open_of, task_of
from solstice_web.workspace.clock import day, moment
from solstice_web.workspace.frame import edited_by_someone_else, other_person, person_page
from solstice_web.workspace.history import revision_of
from solstice_web.workspace.label_words import label_shown
from solstice_web.workspace.task_words import TaskForm, lines_of, new_task_form

KINDS = {"open": "unknown", "ruled_out": "good", "present": "attention"}
WORDS = {
    "answer": "To be answered",
    "reason": "Needs a reason, or it blocks the label",
    "ground": "Needs its ground",
    "look_again": "The facts changed since: look again",
}
SUBJECT = "checklist."
TASK_OF = {
    "dose_inadequate": "records",
    "duration_inadequate": "records",
    "nonadherence": "serum_level",
    "intolerance_only": "records",
    "bipolarity": "review",
    "psychosis": "review",
    "medical": "blood_test",
    "drugs": "review",
    "comorbid": "review",
    "psychosocial": "contact",
    "pharmacogenetic": "blood_test",
    "psychotherapy_dose": "records",
}
"""The kind of task that most often settles a question, as the form proposes it."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One question as the pages show it."""

    number: int
    title: str
    ask: str
    state: str
    kind: str
    facts: str
    why: str
    ground: str
    despite: str
    who: str
    missing: str
    is_overruled: bool


def shown(one: Item, *, at: datetime) -> Shown:
    answer = one.answer
    return Shown(
        number=one.number,
        title=title_of(one.item.id),
        ask=one.item.ask,
        state=STATES[one.item.state],
        kind=KINDS[one.item.state],
        facts=STATES[one.item.facts_state].lower(),
        why=_sentence(one.item.facts_why),
        ground=one.ground if answer and answer.state else "",
        despite=one.despite,
        who=_who(answer, at=at) if answer else "",
        missing=WORDS.get(one.missing, ""),
        is_overruled=one.is_overruled,
    )


def _sentence(words: str) -> str:
    return words if words.endswith(".") else f"{words}."


def _who(answer: ItemAnswer, *, at: datetime) -> str:
    return f"{answer.saved_by.name or answer.saved_by.email}, {moment(answer.saved_at, at=at)}"


@requires(Right.READ_RECORD, person="person_id")
@require_GET
def questions(request: PersonRequest, person_id: uuid.UUID) -> HttpResponse:  # noqa: ARG001 - request.person
    return list_page(request)


def list_page(request: PersonRequest, *, status: int = 200, error: str = "", typed: str = "") -> HttpResponse:
    """All questions with what is missing, the label that stands, and what is in the way of signing."""
    at, person = timezone.now(), request.person
    ledger = assessment(person, at=at)
    items = checklist_of(person, ledger)
    counts = {state: sum(one.item.state == state for one in items) for state in STATES}
    return person_page(
        request,
        "questions/questions",
        place="questions",
        status=status,
        items=[shown(one, at=at) for one in items],
        counts=counts,
        missing=sum(bool(one.missing) for one in items),
        next=next_number(items),
        in_the_way=in_the_way(person, ledger, items),
        kept=len(ledger.pseudo_resistance) - len(items),
        regulatory=ledger.regulatory,
        label=label_shown(person, ledger, at=at),
        tasks=lines_of([task for task in open_of(person) if task.subject.startswith(SUBJECT)], at=at),
        error=error,
        typed=typed,
    )


def next_number(items: Sequence[Item], after: int = 0) -> int | None:
    """The next question that is not settled, beginning again from the first."""
    left = [one.number for one in items if one.missing]
    return next((number for number in left if number > after), next(iter(left), None))


@requires(Right.WRITE_RECORD, person="person_id")
def question(request: PersonRequest, person_id: uuid.UUID, number: int) -> HttpResponse:
    """One question with its computation, its form, its tasks and every earlier answer."""
    ledger = assessment(request.person, at=timezone.now())
    items = checklist_of(request.person, ledger)
    one = next((one for one in items if one.number == number), None)
    if one is None:
        raise Http404
    if request.method != "POST":
        return _page(request, ledger, one, form=_form_of(one, _task_asked(request)))
    refused = other_person(request)
    if refused is not None:
        return refused
    form = _typed(request)
    if "again" in request.POST:
        return _page(request, ledger, one, form=form)
    if "next" in request.POST and one.answer is None and _says_nothing(form):
        after = next_number(items, number)
        return redirect("workspace:question", person_id, after) if after else redirect("workspace:questions", person_id)
    return _saved(request, ledger, one, form)


def _says_nothing(form: dict[str, Any]) -> bool:
    """Left open and not a word written: the next question is asked, nothing is saved."""
    return form["state"] == "" and not (form["ground"] + form["despite"]).strip()


def _saved(request: PersonRequest, ledger: Ledger, one: Item, form: dict[str, Any]) -> HttpResponse:
    try:
        _save(request, one, form)
    except AnswerRefusedError as fault:
        return _page(request, ledger, one, form={**form, "errors": {fault.field: str(fault)}}, status=400)
    except NoItemError:
        raise Http404 from None
    except StaleEditError as stale:
        return _stale(request, stale, form, one.number)
    messages.success(request, f"Question {one.number} is saved.")
    items = checklist_of(request.person, assessment(request.person, at=timezone.now()))
    after = next_number(items, one.number)
    if "next" in request.POST and after is not None:
        return redirect("workspace:question", request.person.pk, after)
    return redirect("workspace:questions", request.person.pk)


def _save(request: PersonRequest, one: Item, form: dict[str, Any]) -> None:
    if "state" not in request.POST:
        raise AnswerRefusedError("state", "Choose one of the answers.")
    said = Said(
        id=_uuid(form["id"]) or uuid.uuid4(),
        item=one.item.id,
        state=form["state"],
        ground=form["ground"],
        despite=form["despite"],
        task=_uuid(form["task"]),
    )
    answer_item(person=request.person, said=said, revision=revision_of(request), by=request.user, at=timezone.now())


def _typed(request: PersonRequest) -> dict[str, Any]:
    told = {name: request.POST.get(name, "") for name in ("id", "state", "task")}
    words = {name: request.POST.get(name, "")[: LONGEST + 1] for name in ("ground", "despite")}
    return {**told, **words, "errors": {}}


def _form_of(one: Item, task: Task | None) -> dict[str, Any]:
    """The form as it stands, or begun from the outcome of a task."""
    answer = one.answer
    if task is not None:
        ground = (
            f"{task.get_kind_display()}, {day(clinic_day(task.closed_at))}: {task.outcome}" if task.closed_at else ""
        )
        return {"id": uuid.uuid4(), "state": "", "ground": ground, "despite": "", "task": task.pk, "errors": {}}
    return {
        "id": uuid.uuid4(),
        "state": answer.state if answer else "",
        "ground": answer.ground if answer else "",
        "despite": answer.despite if answer else "",
        "task": "",
        "errors": {},
    }


def _task_asked(request: PersonRequest) -> Task | None:
    task_id = _uuid(request.GET.get("task", ""))
    return task_of(request.person, task_id) if task_id else None


def _page(
    request: PersonRequest, ledger: Ledger, one: Item, *, form: dict[str, Any], status: int = 200
) -> HttpResponse:
    at, person = timezone.now(), request.person
    tasks = list(about(person, SUBJECT + one.item.id))
    return person_page(
        request,
        "questions/question",
        place="questions",
        status=status,
        one=shown(one, at=at),
        of=len(ledger.pseudo_resistance),
        form=form,
        answers=_choices(one),
        revision=one.answer.revision if one.answer else 0,
        tasks=lines_of(tasks, at=at),
        used=form["task"],
        new_task=_task_form(person, one, at=at),
        earlier=[
            {
                "when": _who(answer, at=at),
                "title": STATES[answer.state] if answer.state else "As the facts say",
                "text": " ".join(part for part in (answer.ground, _despite(answer)) if part),
                "facts": f"The facts then said: {STATES[answer.facts_state].lower()}. {_sentence(answer.facts_why)}",
            }
            for answer in answers_to(person, one.item.id)
        ],
    )


def _choices(one: Item) -> list[tuple[str, str]]:
    """The answers; where the facts leave it open, leaving it to them is the same as open."""
    facts = one.item.facts_state
    if facts == "open" and (one.answer is None or one.answer.state != "open"):
        return [("", "It stays open"), *((state, words) for state, words in STATES.items() if state != "open")]
    return [("", f"As the facts say: {STATES[facts].lower()}"), *STATES.items()]


def _despite(answer: ItemAnswer) -> str:
    return f"The label stands because: {answer.despite}" if answer.despite else ""


def _task_form(person: Any, one: Item, *, at: datetime) -> TaskForm:
    return new_task_form(person, at=at, kind=TASK_OF.get(one.item.id, "other"), subject=SUBJECT + one.item.id)


def _stale(request: PersonRequest, stale: StaleEditError, form: dict[str, Any], number: int) -> HttpResponse:
    words = {"": "As the facts say", **STATES}
    theirs, yours = stale.current, stale.yours
    here = reverse("workspace:question", args=[request.person.pk, number])
    return edited_by_someone_else(
        request,
        place="questions",
        what="this question",
        rows=[
            ("Answer", words[theirs.get("state", "")], words[yours["state"]]),
            ("Ground", theirs.get("ground", ""), yours["ground"]),
            ("Why the label stands", theirs.get("despite", ""), yours["despite"]),
        ],
        kept={name: str(form[name]) for name in ("id", "state", "ground", "despite", "task")},
        revision=stale.revision,
        action=here,
        back=here,
    )


def _uuid(text: Any) -> uuid.UUID | None:
    try:
        return uuid.UUID(str(text))
    except ValueError:
        return None


ROOT = "clinic/people/<uuid:person_id>/questions/"
urls = [
    path(ROOT, questions, name="questions"),
    path(f"{ROOT}<int:number>/", question, name="question"),
]
