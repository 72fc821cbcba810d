"""Deciding together: a few options side by side in plain words, for clinician and person before one screen."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from markupsafe import Markup

from solstice.plan import Plan
from solstice.plan.frequencies import NO_FREQUENCIES, Frequency, NaturalFrequencies
from solstice.plan.result import Benefit, PlannedOption, TrialRate
from solstice.plan.weigh import UNKNOWN_WAIT
from solstice_web.accounts.access import PersonRequest, Right, requires
from solstice_web.charts.icons import icon_array, icon_range
from solstice_web.people.actions import WHAT_MATTERS, save_what_matters
from solstice_web.people.queries import current_facts
from solstice_web.plans.actions import Decided, DecisionRefusedError, StalePlanError, decide
from solstice_web.plans.models import Decision
from solstice_web.workspace.frame import other_person, person_page
from solstice_web.workspace.plan import LONGEST_REASON, SHORTEST_REASON, DecisionForm, computed, read_decision
from solstice_web.workspace.plan_words import Scale, bar, in_words

MOST_BESIDE = 4
MATTERS = {
    "speed": "Knowing soon whether it helps",
    "time": "Few hours",
    "side_effects": "Few side effects",
    "travel": "Little travel",
}
HOW_MUCH = (("", "Not asked"), ("0", "Does not matter"), ("1", "A little"), ("2", "Quite a lot"), ("3", "Most"))
PLAIN_SIZES = (
    (0.1, "may help hardly at all"),
    (0.2, "may help a very little"),
    (0.5, "may help a little"),
    (0.8, "may help"),
)
TRAVEL = {"none": "No travel.", "weekly": "One trip a week.", "several_a_week": "Several trips a week."}
POPULATIONS = {
    "trd": "people whose depression had not got better with medicines yet",
    "chronic": "people with long depression",
    "recurrent": "people whose depression came back",
    "depression": "people with depression of any kind",
}


@dataclass(frozen=True, slots=True)
class Shares:
    """What one published trial counted, as two countable pictures."""

    words: str
    with_it: Markup
    with_it_words: str
    without: Markup
    without_words: str
    source: str


@dataclass(frozen=True, slots=True)
class OfHundred:
    """About how many of 100 people like this one get clearly better here, as a countable picture."""

    sentence: str
    picture: Markup
    source: str


@dataclass(frozen=True, slots=True)
class Column:
    """One option in plain words; `of_hundred` None where it is not known well enough."""

    option: PlannedOption
    benefit: str
    doubt: str
    bar: Markup
    asks: tuple[str, ...]
    shares: Shares | None
    of_hundred: OfHundred | None


@requires(Right.DECIDE, person="person_id")
def together(request: PersonRequest, person_id: uuid.UUID) -> HttpResponse:
    if request.method != "POST":
        return _page(request, DecisionForm(uuid.uuid4()))
    refused = other_person(request)
    if refused is not None:
        return refused
    if "matters" in request.POST:
        return _keep_what_matters(request, person_id)
    form = read_decision(request)
    return _page(request, form, status=400) if form.errors else _decide(request, form)


def _decide(request: PersonRequest, form: DecisionForm) -> HttpResponse:
    try:
        saved = decide(
            person=request.person,
            decided=Decided(
                id=form.id,
                option=form.option,
                decision=form.decision,
                reason=form.reason,
                inputs_hash=request.POST.get("inputs_hash", "")[:64],
                agreed=None if not form.agreed else form.agreed == "yes",
                why=form.why,
                agreed_by=form.agreed_by,
                seen="together",
                side_by_side=tuple(request.POST.getlist("shown")[:MOST_BESIDE]),
            ),
            by=request.user,
            at=timezone.now(),
        )
    except StalePlanError:
        return _page(request, form, changed=True, status=409)
    except DecisionRefusedError as fault:
        return _page(request, replace(form, errors={"option": str(fault)}), status=400)
    began = saved.courses.exists()
    messages.success(request, "The decision is saved, and the course has begun." if began else "The decision is saved.")
    return redirect("workspace:plan", request.person.pk)


def _keep_what_matters(request: PersonRequest, person_id: uuid.UUID) -> HttpResponse:
    known = {choice for choice, _ in HOW_MUCH if choice}
    told = {name: request.POST.get(name, "") for name in WHAT_MATTERS}
    weights = {name: int(value) if value in known else None for name, value in told.items()}
    save_what_matters(person=request.person, weights=weights, by=request.user, at=timezone.now())
    messages.success(request, "What matters is saved; the options below take it into account.")
    return redirect("workspace:together", person_id)


def _page(request: PersonRequest, form: DecisionForm, *, changed: bool = False, status: int = 200) -> HttpResponse:
    found = computed(request.person, at=timezone.now())
    if found is None:
        return person_page(request, "plan/not_computed", place="plan", status=500, decisions=[])
    main = found.plan.options
    asked = [name for name in request.GET.getlist("show") if found.plan.get(name)] or [
        name for name in request.POST.getlist("shown") if found.plan.get(name)
    ]
    beside = [one for name in asked[:MOST_BESIDE] if (one := found.plan.get(name))] or first_few(found.plan)
    facts = current_facts(request.person)
    weights = (facts.facts if facts else {}).get("preferences", {}).get("weights", {})
    return person_page(
        request,
        "plan/together",
        place="plan",
        status=status,
        plan=found.plan,
        columns=columns(beside, found.plan.natural_frequencies),
        choices_of=[(one.id, one.plain_name) for one in (*main, *found.plan.adjuncts)],
        beside=[one.id for one in beside],
        form=form,
        changed=changed,
        inputs_hash=found.inputs_hash,
        matters=[(name, words, str(weights.get(name, ""))) for name, words in MATTERS.items()],
        how_much=HOW_MUCH,
        whys=Decision.Why.choices,
        agreers=Decision.Agreed.choices,
        shortest=SHORTEST_REASON,
        longest=LONGEST_REASON,
    )


def first_few(plan: Plan) -> list[PlannedOption]:
    """What to talk about first: single options before combinations, group by group, in order of rank."""
    ordered = sorted(plan.options, key=lambda one: (one.group, bool(one.steps), one.rank))
    return ordered[:3] if ordered else []


def columns(options: Sequence[PlannedOption], frequencies: NaturalFrequencies = NO_FREQUENCIES) -> list[Column]:
    """The options on one shared scale."""
    edges = [edge for option in options for edge in (option.benefit.lower, option.benefit.upper)]
    scale = Scale(min([-0.1, *edges]) - 0.05, max([1.0, *edges]) + 0.05)
    return [
        Column(
            option,
            plain_benefit(option.benefit),
            plain_doubt(option.benefit),
            bar(option.benefit, scale, option.name),
            plain_asks(option),
            shares(option),
            _of_hundred(frequencies.options.get(option.id)),
        )
        for option in options
    ]


def _of_hundred(found: Frequency | None) -> OfHundred | None:
    if found is None:
        return None
    label = f"{found.low} to {found.high} of 100 get clearly better"
    return OfHundred(found.sentence, icon_range(found.low, found.high, label), found.source)


def plain_benefit(benefit: Benefit) -> str:
    if benefit.mean <= 0:
        return "is not expected to help"
    return next((words for limit, words in PLAIN_SIZES if benefit.mean < limit), "may help a lot")


def plain_doubt(benefit: Benefit) -> str:
    """The same doubt as `in_words`, for the person."""
    if "doubtful" in in_words(benefit):
        return "It may also do nothing."
    return "How much is quite unsure." if "uncertain" in in_words(benefit) else "This is better known than most."


def plain_asks(option: PlannedOption) -> tuple[str, ...]:
    burden = option.burden
    low, high = burden.weeks
    weeks = f"{low}" if low == high else f"{low} to {high}"
    lines = [
        f"About {burden.hours_per_week:g} hour{'' if burden.hours_per_week == 1 else 's'} a week, for {weeks} weeks.",
        TRAVEL[burden.travel],
        f"After about {burden.weeks_to_judge:g} weeks we look together at what has changed.",
        *burden.side_effect_words,
    ]
    if burden.waiting_weeks is not None:
        wait = burden.waiting_weeks
        weeks = "week" if wait == 1 else "weeks"
        lines.insert(0, "It can begin now." if wait < 1 else f"You would wait about {wait:g} {weeks} to begin.")
    elif UNKNOWN_WAIT in option.unknown:
        lines.insert(0, "We do not know yet how long you would wait.")
    return tuple(lines)


def shares(option: PlannedOption) -> Shares | None:
    """One trial's counts as pictures: the largest trial with counts. Never a chance of this person."""
    if not option.trial_rates:
        return None
    rate = max(option.trial_rates, key=lambda one: (one.n + one.n_other, one.study))
    with_it = f"{round(rate.percent)} of 100 with it"
    without = f"{round(rate.percent_other)} of 100 {_without(rate)}"
    return Shares(
        f"In one study of {POPULATIONS[rate.population]} ({rate.study}), {plain_outcome(rate.outcome)}:",
        icon_array(rate.percent, with_it),
        with_it,
        icon_array(rate.percent_other, without),
        without,
        f"{rate.outcome}; {rate.n} and {rate.n_other} people. {rate.source}",
    )


def plain_outcome(outcome: str) -> str:
    """What was counted, in plain words."""
    if "remission" in outcome:
        return "so many were almost free of it"
    if "halved" in outcome or "response" in outcome:
        return "so many felt clearly better"
    return "so many did well"


def _without(rate: TrialRate) -> str:
    return f"with {rate.against[:1].lower()}{rate.against[1:]}" if rate.against else "in the other group"


urls = [path("clinic/people/<uuid:person_id>/plan/together/", together, name="together")]
