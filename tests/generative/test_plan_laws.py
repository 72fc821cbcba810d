"""Laws of every plan: parts add up, refused is never ranked, order of writing says nothing, moderators stay in their cap."""

from datetime import date, timedelta
from functools import cache
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from solstice.content import Library
from solstice.content.constraint_model import AllOf, AnyOf, Condition, FactIs, NumberIs
from solstice.content.evidence_model import Moderators
from solstice.formulation import formulate
from solstice.formulation.conditions import decide
from solstice.formulation.known import known_about
from solstice.person import PersonFile
from solstice.plan import Plan, recommend

LIBRARY = Library()
AT = date(2026, 11, 22)
TAGS = sorted({str(tag) for option in LIBRARY.options.values() for tag in option.tags})
FACTS = ["bipolarity", "pregnancy", "seizure_history", "metal_in_head", "active_mania", "substance_use_severe", "unsafe_home",
         "medically_unstable", "safety_critical_job", "personality_disorder", "childhood_trauma", "interpersonal_trigger",
         "bereavement", "living_alone", "unemployed"]  # fmt: skip
AGENTS = [
    (option.tried.kind, (option.tried.agents or (None,))[0]) for option in LIBRARY.options.values() if option.tried
]

items = st.lists(st.one_of(st.none(), st.integers(0, 3)), min_size=9, max_size=9).map(tuple)
answers = st.builds(
    lambda filled, days: {"instrument": "phq-9", "on": (AT - timedelta(days=days)).isoformat(), "items": filled},
    items,
    st.integers(0, 120),
)
trials = st.builds(
    lambda what, sessions, outcome: {
        "kind": what[0],
        **({"agent": what[1]} if what[1] else {}),
        **({"sessions": sessions} if sessions else {}),
        "outcome": outcome,
    },
    st.sampled_from(AGENTS),
    st.one_of(st.none(), st.integers(1, 40)),
    st.sampled_from(["remission", "response", "partial_response", "no_response", "worse", "unknown"]),
)


@st.composite
def people(draw: st.DrawFn) -> PersonFile:
    facts: dict[str, Any] = {name: draw(st.booleans()) for name in draw(st.lists(st.sampled_from(FACTS), unique=True))}
    for name, values in {
        "dissociation": ["none", "some", "severe"],
        "suicide_risk": ["low", "moderate", "high"],
    }.items():
        if draw(st.booleans()):
            facts[name] = draw(st.sampled_from(values))
    data: dict[str, Any] = {
        "solstice": "person/1",
        "id": "x",
        "at": AT.isoformat(),
        "facts": facts,
        "person": {"age": draw(st.integers(14, 90))} if draw(st.booleans()) else {},
        "episode": draw(st.sampled_from([{}, {"months": 30}, {"months": 3, "severity": "severe"}, {"psychosis": True}, {"previous_episodes": 5}])),
        "trials": draw(st.lists(trials, max_size=4)),
        "answers": draw(st.lists(answers, max_size=3)),
        "preferences": {
            "likes": draw(st.lists(st.sampled_from(TAGS), unique=True, max_size=4)),
            "avoids": draw(st.lists(st.sampled_from(TAGS), unique=True, max_size=4)),
            **draw(st.sampled_from([{}, {"hours_per_week": 1}, {"travel": "none"}, {"travel": "limited"}])),
        },
    }  # fmt: skip
    if draw(st.booleans()):
        data["offer"] = {"therapies": draw(st.lists(st.sampled_from(sorted(LIBRARY.options)), unique=True))}
    return PersonFile.model_validate_json(_json(data))


def _json(data: dict[str, Any]) -> str:
    import json

    return json.dumps(data)


def everything(plan: Plan) -> list[Any]:
    return [*plan.options, *plan.adjuncts]


@settings(deadline=None, max_examples=60)
@given(people())
def test_parts_add_up_in_whole_hundredths(person: PersonFile) -> None:
    for option in everything(recommend(person, LIBRARY)):
        parts = option.parts
        numbers = [parts.evidence, parts.clinic, parts.preference, *(row.value for row in parts.person)]
        assert sum(round(number * 100) for number in numbers) == round(option.benefit.mean * 100)
        assert all(number == round(number, 2) for number in [*numbers, option.benefit.mean])
        assert option.benefit.lower < option.benefit.mean < option.benefit.upper


@settings(deadline=None, max_examples=60)
@given(people())
def test_each_option_is_ranked_or_refused_or_not_offered_exactly_once(person: PersonFile) -> None:
    plan = recommend(person, LIBRARY)
    ranked = [one.id for one in (*plan.options, *plan.adjuncts) if one.id in LIBRARY.options]
    listed = [*ranked, *(one.id for one in plan.refused), *(one.id for one in plan.not_offered)]
    assert sorted(listed) == sorted(LIBRARY.options)
    assert all(one.reason for one in plan.refused)
    for part in (plan.options, plan.adjuncts):
        assert [option.rank for option in part] == list(range(1, len(part) + 1))
        means = [option.benefit.mean for option in part]
        assert means == sorted(means, reverse=True)
        assert [option.group for option in part] == sorted(option.group for option in part)


@settings(deadline=None, max_examples=40)
@given(people(), st.randoms(use_true_random=False))
def test_the_order_of_writing_says_nothing(person: PersonFile, random: Any) -> None:
    def shuffled(values: Any) -> tuple[Any, ...]:
        return tuple(random.sample(list(values), len(values)))

    library = Library()
    library.__dict__["options"] = dict(random.sample(list(LIBRARY.options.items()), len(LIBRARY.options)))
    library.__dict__["evidence"] = LIBRARY.evidence.model_copy(update={"effects": shuffled(LIBRARY.evidence.effects)})
    library.__dict__["moderators"] = LIBRARY.moderators.model_copy(
        update={"moderators": shuffled(LIBRARY.moderators.moderators)}
    )
    other = person.model_copy(update={"trials": shuffled(person.trials), "answers": shuffled(person.answers)})
    one, two = recommend(person, LIBRARY), recommend(other, library)
    assert one.input_hash == two.input_hash
    assert [(o.id, o.benefit, o.parts, o.rank, o.group, sorted(o.unknown)) for o in one.options] == [
        (o.id, o.benefit, o.parts, o.rank, o.group, sorted(o.unknown)) for o in two.options
    ]
    assert one.refused == two.refused


@cache
def flipped() -> Library:
    """The library with the sign of every moderator turned."""
    content: Moderators = LIBRARY.moderators
    library = Library()
    turn = {name: -getattr(content.mechanism_match, name) for name in ("weak", "moderate", "strong")}
    tried = {
        name: -getattr(content.tried, name)
        for name in ("adequate_without_help", "unclear_without_help", "helped_before")
    }
    library.__dict__["moderators"] = content.model_copy(
        update={
            "moderators": tuple(
                one.model_copy(update={"values": {option: -value for option, value in one.values.items()}})
                for one in content.moderators
            ),
            "mechanism_match": content.mechanism_match.model_copy(update=turn),
            "tried": content.tried.model_copy(update=tried),
        }
    )
    return library


@settings(deadline=None, max_examples=60)
@given(people())
def test_flipping_every_moderator_stays_within_the_cap(person: PersonFile) -> None:
    one, two = recommend(person, LIBRARY), recommend(person, flipped())
    cap = LIBRARY.moderators.cap
    by_id = {option.id: option for option in everything(two)}
    for option in everything(one):
        allowed = cap * option.parts.evidence + 1e-9
        assert abs(sum(row.value for row in option.parts.person)) <= allowed
        assert abs(option.benefit.mean - by_id[option.id].benefit.mean) <= 2 * allowed
    assert {option.id for option in everything(one)} == set(by_id)


@settings(deadline=None, max_examples=50)
@given(people(), st.sampled_from(FACTS))
def test_forgetting_a_fact_never_decides_more_and_never_reads_as_false(person: PersonFile, name: str) -> None:
    unknown = person.model_copy(update={"facts": person.facts.model_copy(update={name: None})})
    condition = FactIs.model_validate({"fact": name})
    assert decide(condition, known_about(unknown, LIBRARY)).truth is None
    for constraint in LIBRARY.constraints.constraints:
        before = decide(constraint.when, known_about(person, LIBRARY)).truth
        after = decide(constraint.when, known_about(unknown, LIBRARY)).truth
        assert after in {before, None}


leaves = st.one_of(
    st.sampled_from(FACTS).map(lambda name: FactIs.model_validate({"fact": name})),
    st.integers(10, 80).map(lambda age: NumberIs.model_validate({"number": "age", "at_least": age})),
)
conditions: st.SearchStrategy[Condition] = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: AllOf.model_construct(all_of=tuple(parts))),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: AnyOf.model_construct(any_of=tuple(parts))),
    ),
    max_leaves=6,
)


@settings(deadline=None, max_examples=60)
@given(people(), conditions)
def test_an_open_condition_names_a_question(person: PersonFile, condition: Condition) -> None:
    found = decide(condition, known_about(person, LIBRARY))
    assert bool(found.ask) == (found.truth is None)


@settings(deadline=None, max_examples=40)
@given(people())
def test_a_mechanism_is_absent_only_with_an_answer_behind_it(person: PersonFile) -> None:
    for found in formulate(person, LIBRARY).mechanisms:
        match found.status:
            case "present":
                assert found.rests_on
            case "absent":
                assert found.against
                assert not found.rests_on
            case "not_assessed":
                assert not found.rests_on
                assert not found.against
                assert found.strength is None


@settings(deadline=None, max_examples=25)
@given(people())
def test_a_combination_is_built_of_options_that_are_ranked_and_in_one_way_only(person: PersonFile) -> None:
    plan = recommend(person, LIBRARY)
    here = {option.id for option in plan.options}
    built = [option for option in plan.options if option.id not in LIBRARY.options]
    for option in built:
        parts = [step.option for step in option.steps]
        assert len(parts) == 2
        assert set(parts) <= here, "a refused or missing part"
        first, second = (plan.get(part) for part in parts)
        assert first is not None
        assert second is not None
        assert option.parts.evidence >= first.parts.evidence
        assert option.parts.evidence <= first.parts.evidence + max(0.0, second.parts.evidence)
        tags = [{str(tag) for tag in LIBRARY.options[part].tags} for part in parts]
        assert not all("somatic" in found for found in tags)
        assert not (option.order == "together" and any("trauma-processing" in found for found in tags))
    assert len({(option.steps[0].option, option.order) for option in built}) == len(built)


@settings(deadline=None, max_examples=20)
@given(people())
def test_chances_are_shares_and_the_first_has_the_greatest_that_its_doubt_allows(person: PersonFile) -> None:
    plan = recommend(person, LIBRARY)
    assert all(0 <= option.chance_among_best <= 1 for option in plan.options)
    assert not plan.options or max(option.chance_among_best for option in plan.options) > 0


@settings(deadline=None, max_examples=20)
@given(people(), st.sampled_from(["speed", "time", "side_effects", "travel"]))
def test_a_burden_that_matters_more_never_raises_an_option(person: PersonFile, burden: str) -> None:
    def with_weight(weight: int) -> Plan:
        weights = person.preferences.weights.model_copy(update={burden: weight})
        preferences = person.preferences.model_copy(update={"weights": weights})
        return recommend(person.model_copy(update={"preferences": preferences}), LIBRARY)

    none, most = with_weight(0), with_weight(3)
    for option in none.options:
        found = most.get(option.id)
        assert found is not None
        assert found.parts.preference <= option.parts.preference
        assert found.parts.evidence == option.parts.evidence
