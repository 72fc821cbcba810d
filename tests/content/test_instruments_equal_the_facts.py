"""The instruments' words, bands, codes and reliable change equal the fact file they were taken from."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import ROOT

from solstice.content.instrument_model import Instrument
from solstice.content.library import Library
from solstice.content.packs import read_pack
from solstice.content.read import parse_yaml
from solstice.content.scoring_model import DomainMaxima
from solstice.instruments import (
    Context,
    NotScored,
    Profile,
    Scored,
    crosswalk,
    reliable_change,
    score,
    score_total,
)

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
    "WHO5": "who-5",
    "ACE10": "ace-10",
    "AUDIT": "audit",
    "DAST10": "dast-10",
    "ORS": "ors",
    "SRS": "srs",
    "RRS": "rrs",
    "PTQ": "ptq",
    "DAS_SF1": "das-sf1",
    "BADS_SF": "bads-sf",
    "AAQ2": "aaq-2",
    "MAAS": "maas",
    "IIP32": "iip-32",
    "DERS16": "ders-16",
    "PDQ5": "pdq-5",
    "UCLA3": "ucla-3",
    "LSNS6": "lsns-6",
    "CADSS": "cadss",
    "ASRM": "asrm",
    "MSPSS": "mspss",
    "SHAPS": "shaps",
}
"""Those with a total; MSPSS and SHAPS give theirs in words, compared below."""

WITHOUT_TOTAL = {
    "SLEEP_DIARY": "sleep-diary",
    "CSSRS_SCREEN": "cssrs-screen",
    "FFMQ15": "ffmq-15",
    "THINC_IT": "thinc-it",
    "EQ5D5L": "eq-5d-5l",
    "IPAQ_SF": "ipaq-sf",
    "TASS": "tms-safety",
    "SUD_VOC": "sud-voc",
    "CEQ": "ceq",
    "FIBSER": "fibser",
    "NEQ": "neq",
}
IN_WORDS = {"MSPSS", "SHAPS"}


@pytest.fixture(scope="module")
def facts(shared: Path) -> dict[str, dict[str, Any]]:
    path = shared / "clinical/instruments.yaml"
    data = parse_yaml(path.read_text(encoding="utf-8"), str(path)).data
    known = {**IDS, **WITHOUT_TOTAL}
    assert [fact["id"] for fact in data["instruments"] if fact["id"] not in known] == []
    return {known[fact["id"]]: fact for fact in data["instruments"]}


@pytest.mark.shared
@pytest.mark.parametrize("name", sorted(IDS[fact] for fact in set(IDS) - IN_WORDS))
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


@pytest.mark.shared
@pytest.mark.parametrize("name", sorted([*IDS.values(), *WITHOUT_TOTAL.values()]))
def test_licence_equals_the_facts(facts: dict[str, dict[str, Any]], name: str) -> None:
    fact, instrument = facts[name], INSTRUMENTS[name]
    said = fact["licence"]
    assert (instrument.licence.code, instrument.licence.bundle_text) == (said["code"], said["bundle_text"])
    assert instrument.licence.pack == said.get("bundle_as_pack", False)
    if said.get("holder"):
        assert instrument.licence.holder


@pytest.mark.shared
@pytest.mark.parametrize("name", sorted(WITHOUT_TOTAL.values()))
def test_a_scale_without_a_total_is_given_none(facts: dict[str, dict[str, Any]], name: str) -> None:
    instrument = INSTRUMENTS[name]
    assert (instrument.has_total, instrument.min, instrument.max, instrument.bands) == (False, None, None, None)
    given = facts[name].get("items")
    if isinstance(given, int) and name != "cssrs-screen":  # its question 6 has a second part, which is item 7
        assert instrument.items == given


@pytest.mark.shared
def test_parts_and_reversed_items_equal_the_facts(facts: dict[str, dict[str, Any]]) -> None:
    def items(name: str, part: str) -> list[int]:
        parts = INSTRUMENTS[name].subscales
        assert parts
        return list(next(one for one in parts.parts if one.id == part).items)

    for name in ("wai-sr", "bads-sf"):
        assert {part: items(name, part) for part in facts[name]["subscales"]} == facts[name]["subscales"]
    for part, given in facts["mspss"]["scoring"]["subscales"].items():
        assert items("mspss", part) == given
    for part in ("brooding", "reflection"):
        assert items("rrs", part) == facts["rrs"]["scoring"][part]
    assert items("ptq", "core") == [*range(1, 4), *range(6, 9), *range(11, 14)]
    for part in ("unproductive", "capacity"):
        assert items("ptq", part) == [int(item) for item in facts["ptq"]["scoring"]["subscales"][part].split(",")]
    for part, (first, last) in facts["lsns-6"]["scoring"]["subscales"].items():
        assert items("lsns-6", part) == list(range(first, last + 1))
    for name in ("bads-sf", "dast-10"):
        assert list(INSTRUMENTS[name].reversed_items) == facts[name]["scoring"]["reversed_items"]
    low = facts["mspss"]["scoring"]
    bands = INSTRUMENTS["mspss"].bands
    assert bands
    assert [(band.label, f"{band.min:.1f}-{band.max:.1f}") for band in bands.ranges] == [
        (label, low[label]) for label in ("low", "moderate", "high")
    ]


@pytest.mark.shared
def test_every_test_of_the_fact_file_comes_out(facts: dict[str, dict[str, Any]]) -> None:
    """The fact file's own worked examples, read from it and not from our copy of them."""
    ran = 0
    for name, fact in facts.items():
        for case in fact.get("tests", ()):
            _runs(INSTRUMENTS[name], case)
            ran += 1
    assert ran == 51


def _runs(instrument: Instrument, case: dict[str, Any]) -> None:
    if "change" in case:
        change = reliable_change(instrument, case["change"]["from"], case["change"]["to"])
        assert (change.verdict == "improved") == case["out"]["reliable_improvement"]
        return
    if "total" in case:
        assert score_total(instrument, case["total"]).band == case["band"]
        return
    context = Context(gate=case.get("gate"), not_working=case.get("retired"))
    result = score(instrument, _items(instrument, case), context=context)
    assert not isinstance(result, NotScored), (instrument.id, case)
    wanted = {"band": case["out"]} if isinstance(case["out"], str) else case["out"]
    got = {**result.to_json(), **_renamed(instrument, result)}
    for key, value in wanted.items():
        if key != "note":
            assert got[key] == value, (instrument.id, case, key)


def _items(instrument: Instrument, case: dict[str, Any]) -> list[int | None]:
    given = case.get("in", [])
    match instrument.id:
        case "sleep-diary":
            clock = {key: int(text[:2]) * 60 + int(text[3:]) for key, text in given.items() if isinstance(text, str)}
            night = [clock["bed"], clock["try"], given["sol"], None, given["waso"], clock["wake"], clock["rise"]]
            return [*night, None, None, None, None]
        case "ipaq-sf":
            return [*given["vigorous"], *given["moderate"], *given["walk"], None]
        case "cssrs-screen":
            return [*given, None if case.get("recent") is None else int(case["recent"])]
        case _:
            return [case["in_all"]] * instrument.items if "in_all" in case else given


def _renamed(instrument: Instrument, result: Scored | Profile) -> dict[str, Any]:
    """The fact file's own short names for what we print."""
    out: dict[str, Any] = {
        **result.scores,
        "risk": "risk_item" in result.flags,
        "met_min": result.scores.get("met_minutes"),
    }
    out |= {"category": result.band}
    if isinstance(result, Scored):
        out["total"] = result.total
        out |= {"mdd": result.patterns.get("mdd"), "other": result.patterns.get("other")}
        out["provisional"] = result.patterns.get("provisional-ptsd")
        met = {cut.id: cut.met for cut in result.cutoffs}
        out |= {"positive": met.get("positive", met.get("sensitive"))}
        out |= {"positive_at_3": met.get("sensitive"), "positive_at_4": met.get("balanced")}
        out["domains"] = (
            [result.scores[domain.id] for domain in instrument.scoring.domains]
            if isinstance(instrument.scoring, DomainMaxima)
            else None
        )
    return out


@pytest.mark.shared
def test_the_crosswalk_equals_the_facts_and_is_not_interpolated(shared: Path) -> None:
    path = shared / "clinical/staging.yaml"
    rows = _rows_named(parse_yaml(path.read_text(encoding="utf-8"), str(path)).data, "hdrs_qids_crosswalk")
    qids = INSTRUMENTS["qids-sr16"]
    assert rows
    for row in rows:
        low, _, high = row["hdrs17"].partition("-")
        assert crosswalk(qids, row["qids"], to="hdrs-17") == (int(low), int(high or low))
    assert len(rows) == len(qids.crosswalks[0].rows)
    assert crosswalk(qids, 7, to="hdrs-17") is None
    assert crosswalk(qids, 5, to="madrs") is None


def _rows_named(data: Any, name: str) -> Any:
    if isinstance(data, dict):
        if name in data:
            return data[name]["rows"]
        return next((found for value in data.values() if (found := _rows_named(value, name))), None)
    return None


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
    for name in ("who-5", "audit"):
        ours = read_pack(ROOT / "packs/non-commercial" / name, at=date(2026, 11, 22), attested_by="A test").texts["en"]
        assert all(f"- {item}" in pack for item in ours.items)


@pytest.mark.shared
def test_codes_equal_the_facts(facts: dict[str, dict[str, Any]]) -> None:
    for name, fact in facts.items():
        instrument = INSTRUMENTS[name]
        loinc = fact.get("loinc") or {}
        verified = (loinc.get("source") or {}).get("verified") == "source"
        assert (instrument.loinc is not None) == verified
        if instrument.loinc is not None:
            assert (instrument.loinc.panel, instrument.loinc.total) == (loinc.get("panel"), loinc.get("total"))
    phq9 = INSTRUMENTS["phq-9"].loinc
    assert phq9 is not None
    assert list(phq9.items) == facts["phq-9"]["loinc"]["items"]
