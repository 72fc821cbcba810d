"""What matters to me: four short questions whose answers weigh the options, for the person alone on the phone."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from solstice_web.accounts.access import PersonRequest, Right, requires
from solstice_web.people.actions import WHAT_MATTERS, save_what_matters
from solstice_web.people.queries import current_facts
from solstice_web.portal.pages import personal, why_not_this_person

QUESTIONS = {
    "speed": "How much does it matter to see soon if it helps?",
    "time": "How much does it matter that it takes few hours?",
    "side_effects": "How much does it matter to have few side effects?",
    "travel": "How much does it matter to travel little?",
}
ANSWERS = (("0", "Not at all"), ("1", "A little"), ("2", "Quite a lot"), ("3", "The most"))


class MattersForm(forms.Form):
    """Each question may stay open: no answer is kept as no answer."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type] # handed on as they came
        for name in WHAT_MATTERS:
            self.fields[name] = forms.TypedChoiceField(choices=ANSWERS, required=False, coerce=int, empty_value=None)


@requires(Right.PORTAL)
@require_http_methods(["GET", "HEAD", "POST"])
def matters(request: PersonRequest) -> HttpResponse:
    person = request.person
    if request.method != "POST":
        latest = current_facts(person)
        kept = (latest.facts if latest else {}).get("preferences", {}).get("weights", {})
        return _page(request, {name: str(kept.get(name, "")) for name in WHAT_MATTERS})
    if refused := why_not_this_person(request, person):
        return refused
    form = MattersForm(request.POST)
    if not form.is_valid():
        return _page(request, {name: request.POST.get(name, "")[:1] for name in WHAT_MATTERS}, status=422)
    save_what_matters(person=person, weights=form.cleaned_data, by=request.user, at=timezone.now())
    return redirect("/plan/matters/?saved")


def _page(request: PersonRequest, chosen: dict[str, str], *, status: int = 200) -> HttpResponse:
    context = {
        "person": request.person,
        "questions": [(name, QUESTIONS[name], chosen[name]) for name in WHAT_MATTERS],
        "answers": ANSWERS,
        "just_saved": "saved" in request.GET,
        "wrong": status != 200,
    }
    return personal(request, "matters", context, status=status)
