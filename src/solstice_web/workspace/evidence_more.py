"""What takes longer than one answer: the effect without each study, step by step, and all treatments in one network."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods

from solstice.evidence.multilevel import Multilevel
from solstice.evidence.network import Network
from solstice.evidence.pooling import MODELS
from solstice.evidence.sensitivity import estimate_of
from solstice.evidence.subgroups import NoSuchRows
from solstice.evidence.synthesis import Question, pool_rows, synthesise
from solstice.evidence.table import Comparisons
from solstice.evidence.trial_table import trials_of
from solstice.evidence.trials import Trial
from solstice_web.accounts.access import Right, UserRequest, requires
from solstice_web.charts.effects import with_interval
from solstice_web.charts.forest import ForestRow
from solstice_web.charts.network import NetworkEdge, NetworkNode, counts_people, network_chart
from solstice_web.evidence.files import keep_so_far, so_far
from solstice_web.workspace import evidence_asked as asking
from solstice_web.workspace import evidence_words as words
from solstice_web.workspace.evidence_answer import Picture, drawn
from solstice_web.workspace.evidence_asked import Asked
from solstice_web.workspace.evidence_influence import influence_of
from solstice_web.workspace.evidence_pool import PLACE, loaded
from solstice_web.workspace.frame import number_of, page

STEP, STEP_NESTED = 120, 30
"""Studies a step: each step answers within a second or two."""
MOST_SHOWN = 15
MOST_TREATMENTS = 40


@requires(Right.CASELOAD)
@require_http_methods(["GET", "HEAD", "POST"])
def without(request: UserRequest) -> HttpResponse:
    """The pooled effect without each study in turn; each POST does one more step, with or without a script."""
    found = loaded(request)
    if found is None:
        return redirect("workspace:evidence_pool")
    asked, table = found
    try:
        chosen = asking.chosen_rows(table, asked)
        if request.method == "POST":
            _one_step(asked, chosen)
            if request.htmx:  # type: ignore[attr-defined] # set by django_htmx
                return render(request, "workspace/evidence/without_part.jinja", _without(asked, chosen))
            return redirect("workspace:evidence_without")
        return page(request, "evidence/without", place=PLACE, **_without(asked, chosen))
    except (NoSuchRows, ValueError, ArithmeticError):
        return redirect("workspace:evidence_pool")  # which says what is wrong with the choice


def _one_step(asked: Asked, chosen: Comparisons) -> None:
    done = so_far(asked.token, asked.digest())
    names = sorted({row.study for row in chosen.rows})
    step = STEP if asked.model in MODELS or asked.model == "aggregate" else STEP_NESTED
    whole = pool_rows(chosen.rows, asked.model)
    start = whole.start if isinstance(whole, Multilevel) else None
    for name in names[len(done) : len(done) + step] if len(names) > 1 else []:
        pooled = pool_rows([row for row in chosen.rows if row.study != name], asked.model, start=start)
        done.append([name, *estimate_of(pooled)])
    keep_so_far(asked.token, asked.digest(), done)


def _without(asked: Asked, chosen: Comparisons) -> dict[str, Any]:
    done = so_far(asked.token, asked.digest())
    total = len({row.study for row in chosen.rows})
    context: dict[str, Any] = {"asked": asked, "said": asking.said(asked), "done": len(done), "total": total}
    if total > 1 and len(done) >= total:
        context["found"] = _furthest(done, estimate_of(pool_rows(chosen.rows, asked.model)))
        context["influence"] = influence_of(chosen)
    return context


def _furthest(done: list[list[Any]], whole: tuple[float, float, float]) -> Picture:
    """The studies that move the effect most, first as a picture, then all of them as a table."""
    ranked = sorted(done, key=lambda one: -abs(one[1] - whole[0]))
    name, g, *_ = ranked[0]
    crosses = [one for one in done if (one[2] <= 0 <= one[3]) != (whole[1] <= 0 <= whole[2])]
    sentence = f"With all studies {with_interval(*whole)}. Without any one of them it stays between "
    sentence += f"{min(one[1] for one in done):.2f} and {max(one[1] for one in done):.2f}; "
    sentence += f"“{name}” moves it most, by {g - whole[0]:+.2f}. ".replace("-", "−")
    sentence += (
        f"Leaving out one of {len(crosses)} studies changes whether the interval holds no effect."
        if crosses
        else "Whether the interval holds no effect hangs on no single study."
    )
    rows = [ForestRow(f"without {one[0]}", one[1], one[2], one[3]) for one in ranked[:MOST_SHOWN]]
    lines = [(one[0], with_interval(one[1], one[2], one[3]), f"{one[1] - whole[0]:+.3f}") for one in ranked]
    return Picture(
        sentence, drawn(rows, [], "Without each study"), ("Without", "Effect (95 % interval)", "Moves"), lines
    )


@requires(Right.CASELOAD)
@require_http_methods(["GET", "HEAD"])
def network(request: UserRequest) -> HttpResponse:
    """The treatments of the chosen rows in one network; `against` is a number, so that no address names a treatment."""
    found = loaded(request)
    if found is None:
        return redirect("workspace:evidence_pool")
    asked, table = found
    context: dict[str, Any] = {"asked": asked, "said": asking.said(asked)}
    try:
        chosen = asking.chosen_rows(table, asked)
        names = _treatments(chosen)
        against = min(number_of(request, "against", otherwise=names.index(_usual(chosen))), len(names) - 1)
        context |= {"names": [(number, _name(name)) for number, name in enumerate(names)], "against": against}
        context |= _network(chosen, names[against])
    except (NoSuchRows, ValueError, ArithmeticError) as error:
        return page(request, "evidence/network", place=PLACE, status=400, problem=str(error), **context)
    return page(request, "evidence/network", place=PLACE, **context)


def _treatments(chosen: Comparisons) -> list[str]:
    if not {"condition_arm1", "condition_arm2"} <= set(chosen.columns):
        raise NoSuchRows("a network needs the columns condition_arm1 and condition_arm2, which name the treatments")
    cells = (row.cells[column] for row in chosen.rows for column in ("condition_arm1", "condition_arm2"))
    names = sorted({cell for cell in cells if cell is not None})
    if not 2 <= len(names) <= MOST_TREATMENTS:
        raise NoSuchRows(f"{len(names)} treatments make no readable network; right would be 2 to {MOST_TREATMENTS}")
    return names


def _usual(chosen: Comparisons) -> str:
    """Care as usual where it is there, else the commonest comparison."""
    levels = [level for level in chosen.levels("condition_arm2") if level in _treatments(chosen)]
    return "cau" if "cau" in levels else levels[0] if levels else _treatments(chosen)[0]


def _network(chosen: Comparisons, reference: str) -> dict[str, Any]:
    answer = synthesise(chosen, Question(model="nma", reference=reference))
    result = answer.result
    assert isinstance(result, Network)
    trials = trials_of(chosen, reference=reference).trials
    nodes = [
        NetworkNode(_name(effect.treatment), effect.studies, _people(effect.treatment, trials))
        for effect in result.effects
    ]
    edges = [NetworkEdge(_name(edge.first), _name(edge.second), edge.studies) for edge in result.edges]
    rows = [
        ForestRow(_name(one.treatment), one.estimate, one.lower, one.upper, one.studies / result.studies)
        for one in result.effects
        if one.treatment != reference
    ]
    lines = [
        (
            _name(one.treatment),
            with_interval(one.estimate, one.lower, one.upper) if one.treatment != reference else "set against",
            "" if one.p_score is None else f"{one.p_score:.2f}",
            str(one.studies),
            "not known" if node.people is None else f"{node.people:,}",
        )
        for one, node in zip(result.effects, nodes, strict=True)
    ]
    return {
        "picture_of_network": network_chart(nodes, edges, title="Network"),
        "size": "people" if counts_people(nodes) else "studies, since not every trial tells its people",
        "edges": [(edge.first, edge.second, str(edge.studies)) for edge in edges],
        "effects": Picture(
            f"{result.studies} studies; each treatment against {_name(reference)}, compared directly and indirectly.",
            drawn(rows, [], "Treatments"),
            ("Treatment", "Effect (95 % interval)", "P-score", "Studies", "People"),
            lines,
        ),
        "cautions": answer.cautions,
        "dropped": answer.dropped,
    }


def _name(treatment: str) -> str:
    """In words where the standard has them; the two arms share their codes."""
    known = {**words.CODES["condition_arm2"], **words.CODES["condition_arm1"]}
    return known.get(treatment.casefold(), treatment)


def _people(treatment: str, trials: tuple[Trial, ...]) -> int | None:
    """Everyone who had the treatment; None where a trial of it does not say how many."""
    total = 0.0
    for trial in trials:
        if treatment in trial.treatments:
            if trial.people is None:
                return None
            total += trial.people[trial.treatments.index(treatment)]
    return round(total)


urls = [
    path("clinic/evidence/pool/without/", without, name="evidence_without"),
    path("clinic/evidence/pool/network/", network, name="evidence_network"),
]
