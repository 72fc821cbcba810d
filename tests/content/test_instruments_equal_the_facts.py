"""The instruments' words, bands, codes and reliable change equal the fact file they were taken from."""

from pathlib import Path
from typing import Any

import pytest

from solstice.content.library import Library
from solstice.content.read import parse_yaml

INSTRUMENTS = Library().instruments
IDS = {
    "PHQ9": "phq-9",
    "PHQ2": "phq-2",
    "GAD7": "gad-7",
    "PCL5": "pcl-5",
    "PC_PTSD5": "pc-ptsd-5",
    "AUDIT_C": "audit-c",
    "MADRS": "madrs",
    "HDRS17": "hdrs-17",
    "BDI2": "bdi-ii",
    "QIDS_SR16": "qids-sr16",
    "WSAS": "wsas",
    "ISI": "isi",
    "WAI_SR": "wai-sr",
}


@pytest.fixture(scope="module")
def facts(shared: Path) -> dict[str, dict[str, Any]]:
    path = shared / "clinical/instruments.yaml"
    data = parse_yaml(path.read_text(encoding="utf-8"), str(path)).data
    return {IDS[fact["id"]]: fact for fact in data["instruments"] if fact["id"] in IDS}


@pytest.mark.shared
@pytest.mark.parametrize("name", sorted(IDS.values()))
def test_numbers_equal_the_facts(facts: dict[str, dict[str, Any]], name: str) -> None:
    fact, instrument = facts[name], INSTRUMENTS[name]
    assert instrument.items == fact["items"]
    assert (instrument.min, instrument.max) == (fact["scoring"]["min"], fact["scoring"]["max"])
    bands = [(band.label, band.min, band.max) for band in instrument.bands.ranges] if instrument.bands else []
    assert bands == [(band["label"], band["min"], band["max"]) for band in fact.get("bands", [])]
    change = fact.get("reliable_change")
    assert (instrument.reliable_change.value if instrument.reliable_change else None) == (change or {}).get("value")
    risk = fact.get("risk_item")
    assert (instrument.risk_item.item if instrument.risk_item else None) == (risk or {}).get("index")
    # the fact file leaves the direction of the alliance scale at its default, but alerts on a drop: higher is better
    default = "higher_is_better" if name == "wai-sr" else "higher_is_worse"
    assert instrument.direction == fact.get("direction", default)
    assert (instrument.licence.code, instrument.licence.bundle_text) == (
        fact["licence"]["code"],
        fact["licence"]["bundle_text"],
    )


@pytest.mark.shared
@pytest.mark.parametrize("name", ["phq-9", "gad-7", "pcl-5", "pc-ptsd-5"])
def test_words_equal_the_facts(facts: dict[str, dict[str, Any]], name: str) -> None:
    fact, text = facts[name], INSTRUMENTS[name].text("en")
    assert text is not None
    assert list(text.items) == fact["items_text"]
    assert [(option.value, option.label) for option in text.options] == [
        (option["v"], option["t"]) for option in fact["options"]
    ]


@pytest.mark.shared
def test_short_forms_are_the_first_items_of_the_long_ones(facts: dict[str, dict[str, Any]], shared: Path) -> None:
    phq9, phq2, audit_c = (INSTRUMENTS[name].text("en") for name in ("phq-9", "phq-2", "audit-c"))
    assert phq9 is not None
    assert phq2 is not None
    assert audit_c is not None
    assert phq2.items == phq9.items[:2]
    assert phq9.extra_items[0].text == facts["phq-9"]["functional_item_text"]
    # the pack is two YAML documents in one file: only the items are compared
    pack = (shared / "clinical/instruments_nc_pack.yaml").read_text(encoding="utf-8")
    assert all(f"- {item}" in pack for item in audit_c.items)


@pytest.mark.shared
def test_codes_equal_the_facts(facts: dict[str, dict[str, Any]]) -> None:
    for name, instrument in INSTRUMENTS.items():
        loinc = facts[name].get("loinc") or {}
        verified = (loinc.get("source") or {}).get("verified") == "source"
        assert (instrument.loinc is not None) == verified
        if instrument.loinc is not None:
            assert (instrument.loinc.panel, instrument.loinc.total) == (loinc["panel"], loinc["total"])
    phq9 = INSTRUMENTS["phq-9"].loinc
    assert phq9 is not None
    assert list(phq9.items) == facts["phq-9"]["loinc"]["items"]
