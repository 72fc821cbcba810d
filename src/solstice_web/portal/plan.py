"""My plan: what was decided and why in plain words, and my safety plan in my own words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from solstice.content.option_model import Option
from solstice_web.accounts.access import PersonRequest, Right, requires
from solstice_web.courses.queries import sessions_for
from solstice_web.help.crisis import crisis_lines
from solstice_web.measures.content import library
from solstice_web.people.actions import save_safety_plan
from solstice_web.people.models import Person
from solstice_web.people.queries import current_safety_plan
from solstice_web.people.safety_plan import PARTS
from solstice_web.people.stale_edit import StaleEditError
from solstice_web.plans.models import Decision
from solstice_web.plans.queries import decisions_for, option_as_shown
from solstice_web.portal.course_so_far import course_under_way
from solstice_web.portal.forms import SafetyPlanForm
from solstice_web.portal.pages import personal, why_not_this_person

MOST_REASONS = 3


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the care team and the person decided on, in the words of the library."""

    name: str
    plain: str
    decision: Decision
    works_on: tuple[str, ...]
    asks: tuple[str, ...]


@requires(Right.PORTAL)
@require_safe
def plan(request: PersonRequest) -> HttpResponse:
    person = request.person
    course = course_under_way(person)
    therapy = library().therapies.get(course.therapy) if course else None
    held = [row.number for row in sessions_for(course)] if course else []
    number = max((n for n in held if therapy and n <= len(therapy.sessions)), default=0)
    saved = current_safety_plan(person)
    context = {
        "chosen": chosen(person),
        "course": course,
        "therapy": therapy,
        "held": number,
        "phase": therapy.phase_of(max(number, 1)).patient_name if therapy else "",
        "parts": [(label, saved.parts.get(part, "")) for part, label in PARTS.items()] if saved else [],
        "saved_plan": saved,
        "just_saved": "saved" in request.GET,
        "crisis": crisis_lines(),
    }
    return personal(request, "plan", context)


def chosen(person: Person) -> Chosen | None:
    """The latest decision that was accepted or changed, when the library still knows its option."""
    kinds = (Decision.Kind.ACCEPT, Decision.Kind.CHANGE)
    decision = decisions_for(person).filter(decision__in=kinds).first()
    if decision is None:
        return None
    parts = parts_of(decision)
    shown = option_as_shown(decision)
    if not parts or not shown:
        return None
    work = tuple(dict.fromkeys(line for part in parts for line in works_on(part)))[:MOST_REASONS]
    return Chosen(shown["plain_name"], shown["plain"], decision, work, tuple(asks(shown)))


def parts_of(decision: Decision) -> list[Option]:
    """The options of the library that the decision is about: one, or the parts of a combination."""
    ids = [step["option"] for step in option_as_shown(decision).get("steps", ())] or [decision.option]
    return [option for name in ids if (option := library().options.get(name)) is not None]


def works_on(option: Option) -> list[str]:
    """What keeps the trouble going and this is meant to change, in the library's words for patients."""
    plain = {one.id: one.plain for one in library().mechanisms.mechanisms}
    return [plain[work.mechanism] for work in option.works_on if work.mechanism in plain][:MOST_REASONS]


def asks(shown: Mapping[str, Any]) -> list[str]:
    """What the option asks of a person, in short sentences, as it stood when it was chosen."""
    needs = shown["asks"]
    lines = [f"Time: about {_hours(needs['hours_per_week'])} a week, with what you do at home."]
    if needs["sessions"]:
        lines.append(f"Meetings: {_range(*needs['sessions'])}.")
    lines.append(f"How long: {_range(*needs['weeks'])} weeks.")
    lines.append(f"After about {needs['weeks_to_judge']:g} weeks we look together at what has changed.")
    return lines


def _hours(hours: float) -> str:
    return "1 hour" if hours == 1 else f"{hours:g} hours"


def _range(low: int, high: int) -> str:
    return str(low) if low == high else f"{low} to {high}"


@requires(Right.PORTAL)
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: PersonRequest) -> HttpResponse:
    """Edit my safety plan. When someone else saved first, both texts are shown and nothing is overwritten."""
    if request.method != "POST":
        saved = current_safety_plan(request.person)
        start: dict[str, Any] = dict(saved.parts) if saved else {}
        form = SafetyPlanForm(initial={**start, "revision": saved.revision if saved else 0})
        return _edit(request, form)
    if refused := why_not_this_person(request, request.person):
        return refused
    form = SafetyPlanForm(request.POST)
    if not form.is_valid():
        return _edit(request, form, status=422)
    revision = form.cleaned_data["revision"]
    try:
        save_safety_plan(person=request.person, told=form.told, revision=revision, by=request.user, at=timezone.now())
    except StaleEditError as stale:
        if stale.current == stale.yours:
            return redirect("/plan/?saved")
        return _both(request, stale)
    return redirect("/plan/?saved")


def _edit(request: PersonRequest, form: SafetyPlanForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "person": request.person}
    return personal(request, "plan_mine", context, status=status)


def _both(request: PersonRequest, stale: StaleEditError) -> HttpResponse:
    parts = [
        (label, stale.current.get(part, ""), stale.yours.get(part, ""))
        for part, label in PARTS.items()
        if stale.current.get(part, "") != stale.yours.get(part, "")
    ]
    form = SafetyPlanForm(initial={**stale.yours, "revision": stale.revision})
    context = {"parts": parts, "form": form, "person": request.person}
    return personal(request, "plan_both", context, status=409)
