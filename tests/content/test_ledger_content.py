"""The worked examples that stand in the treatment files themselves, and the wholeness of those files."""

from datetime import date
from typing import Any

import pytest

from solstice.content.library import Library
from solstice.kernel import Span
from solstice.ledger import assess
from solstice.ledger.staging import maudsley_parts, mgh_points, thase_rush_stage
from solstice.ledger.weigh import outcome_class
from solstice.person import PersonFile, Trial

LIBRARY = Library()
TREATMENTS = LIBRARY.treatments
EXAMPLES = TREATMENTS.staging.examples


def person_with(*trials: dict[str, Any], **more: Any) -> PersonFile:
    told = tuple(Trial.model_validate(trial) for trial in trials)
    return PersonFile(solstice="person/1", id="example", at=date(2026, 11, 22), trials=told, **more)


@pytest.mark.parametrize("example", TREATMENTS.adequacy.examples, ids=str)
def test_adequacy_examples(example: dict[str, Any]) -> None:
    trial = assess(person_with(example["in"]), LIBRARY, thresholds=example.get("thresholds")).trials[0]
    out = dict(example["out"])
    reason, outcome = out.pop("reason", None), out.pop("outcome", None)
    assert {name: getattr(trial, name) for name in out} == out
    assert reason is None or reason in {item.code for item in trial.reasons}
    assert outcome is None or outcome_class(example["in"]["improvement_percent"], TREATMENTS) == outcome


@pytest.mark.parametrize("example", EXAMPLES["msm"], ids=str)
def test_maudsley_examples(example: dict[str, Any]) -> None:
    told, out, model = example["in"], example["out"], TREATMENTS.staging.maudsley
    if told["failed"] == 0:
        refused = assess(person_with(), LIBRARY).staging["maudsley"].refused
        assert refused is not None
        assert refused.code == out["reason"]
        return
    used = told["augmentation"]
    parts = maudsley_parts(
        failed=Span.exactly(told["failed"]),
        months=Span.exactly(told["months"]),
        severity=Span.exactly(model.severity[told["severity"]]),
        augmentation=(used, used),
        ect=told["ect"],
        model=model,
    )
    total = sum(part.low for part in parts.values())
    assert total == sum(part.high for part in parts.values()) == out["total"]
    assert [band.name for band in model.bands if band.min <= total <= band.max] == [out["band"]]


@pytest.mark.parametrize("example", EXAMPLES["thase_rush"], ids=str)
def test_thase_rush_examples(example: dict[str, Any]) -> None:
    classes, ect = frozenset(example["in"]["failed_classes"]), example["in"].get("bilateral_ect_failed", False)
    assert thase_rush_stage(classes, ect_failed=ect, strict=True) == example["strict"]
    assert thase_rush_stage(classes, ect_failed=ect, strict=False) == example["lenient"]


@pytest.mark.parametrize("example", EXAMPLES["mgh_s"], ids=str)
def test_mgh_examples(example: dict[str, Any]) -> None:
    told = {"optimised": 0, "augmented": 0, "ect_failed": False} | example["in"]
    assert mgh_points(**told, model=TREATMENTS.staging.mgh_s) == example["out"]


@pytest.mark.parametrize("example", EXAMPLES["regulatory"], ids=str)
def test_regulatory_examples(example: dict[str, Any]) -> None:
    whole = {"kind": "medicine", "weeks_at_dose": 8.0, "adherence": "good", "outcome": "no_response", "dose": 150.0}
    trials = [{**whole, "agent": agent} for agent in example["in"]["failed"]]
    trials += [{**whole, "agent": agent, "weeks_at_dose": 1.0} for agent in example["in"].get("inadequate", [])]
    person = person_with(*trials, facts={"bipolarity": example["in"].get("bipolar")})
    assert assess(person, LIBRARY).regulatory.answer == example["out"]


@pytest.mark.parametrize("example", EXAMPLES["response_class"], ids=str)
def test_response_classes(example: dict[str, Any]) -> None:
    before, now = example["in"]["baseline"], example["in"]["current"]
    percent = (before - now) / before * 100
    assert round(percent, 1) == example["out"]["percent"]
    assert outcome_class(percent, TREATMENTS) == example["out"]["class"]


def test_every_medicine_says_what_its_dose_rests_on() -> None:
    for medicine in TREATMENTS.medicines.values():
        assert medicine.adequate.dose <= medicine.label_max.dose, medicine.id
        assert medicine.adequate.weeks <= medicine.adequate.weeks_strict
        readings = {medicine.adequate.dose, *medicine.adequate.alternatives}
        if medicine.adequate.source.verified == "source" and medicine.usual_dose is not None:
            assert medicine.usual_dose.min in readings or medicine.adequate.confidence != "high", medicine.id


def test_no_brand_name_and_no_twin() -> None:
    names = [name for item in TREATMENTS.medicines.values() for name in (item.id, *item.aliases)]
    assert len(names) == len(set(names))
    assert len(TREATMENTS.medicines) == 42


def test_the_checklist_has_its_twelve_questions() -> None:
    items = assess(person_with(), LIBRARY).pseudo_resistance
    assert [item.id for item in items] == [item.id for item in TREATMENTS.staging.pseudo_resistance.items]
    assert len(items) == 12
    assert {item.state for item in items} == {"open"}, "nothing recorded rules nothing out"
