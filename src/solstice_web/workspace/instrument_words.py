"""What is known of an instrument, in words for staff; what no source gives is said to be not given."""

from collections.abc import Iterator

from solstice.content.instrument_facts import Bands, Cutoff
from solstice.content.instrument_model import Instrument
from solstice.content.provenance import Cited
from solstice.content.scoring_model import PercentDrop, Threshold
from solstice_web.workspace.clock import counted, day, sentence

NOT_GIVEN = "not given"
Row = tuple[str, str]

LICENCES = {
    "public_domain": "public domain",
    "free_no_permission": "free, no permission needed",
    "free_noncommercial": "free for non-commercial use",
    "registration": "registration needed",
    "copyright": "copyright",
    "unknown": "licence not known",
}
METHODS = {
    "sum": "sum of the items",
    "mean": "mean of the items",
    "gated_sum": "a first question, then the sum; No is 0",
    "sum_with_optional_item": "sum; one item is left out where it does not apply",
    "domain_maxima": "sum over domains, each the highest of its items",
    "total_only": "the rater's total is taken as it is",
    "graded": "no total: the gravest grade that holds",
    "profile": "no total: its parts are read one by one",
    "activity_minutes": "no total: minutes weighted by effort, and a category",
    "not_given": "nothing is computed",
}


def about(instrument: Instrument) -> str:
    return sentence(instrument.about.replace("_", " "))


def items(instrument: Instrument) -> str:
    return counted(instrument.items, "item")


def direction(instrument: Instrument) -> str:
    if not instrument.has_total:
        return "no total"
    return "higher is worse" if instrument.direction == "higher_is_worse" else "higher is better"


def licence(instrument: Instrument) -> str:
    return LICENCES[instrument.licence.code]


def words_here(instrument: Instrument) -> str:
    """Whether a person can be shown the questions here."""
    if instrument.packs:
        return "Here, from a pack"
    if instrument.text("en") is not None:
        return "Here"
    if instrument.licence.pack:
        return "In a separate pack"
    return "Not here: totals" if instrument.has_total else "Not here"


def cited(instrument: Instrument, source: Cited) -> str:
    found = instrument.source(source)
    where = f"{found.citation} ({found.url})" if found.url else found.citation
    parts = [where, "from memory" if source.verified == "memory" else "", source.note or ""]
    return "; ".join(part for part in parts if part)


def facts(instrument: Instrument) -> tuple[Row, ...]:
    """The short facts: what, for whom, how long, which way."""
    low, high = instrument.ends
    return (
        ("Measures", about(instrument).lower()),
        ("Answered by", "the person" if instrument.rater == "self" else "a clinician"),
        ("Length", f"{items(instrument)}, {_minutes(instrument)}"),
        ("Asks about", instrument.recall or NOT_GIVEN),
        ("Total", f"{low} to {high}, {direction(instrument)}" if instrument.has_total else "no total"),
        ("Ages", instrument.ages.words if instrument.ages else NOT_GIVEN),
        ("Words", words_here(instrument)),
        ("Licence", _licence(instrument)),
        ("Codes (LOINC)", _codes(instrument)),
        ("Version", f"{instrument.version}, to be reviewed by {day(instrument.review_by)}"),
    )


def scoring(instrument: Instrument) -> tuple[Row, ...]:
    """How a score comes about and what a change means, each with its source."""
    change, small = instrument.reliable_change, instrument.smallest_important
    return (
        ("Rule", f"{METHODS[instrument.scoring.method]}. {cited(instrument, instrument.scoring.source)}"),
        ("Missing answers", sentence(instrument.missing.why)),
        ("Risk item", _risk(instrument)),
        (
            "Reliable change",
            f"{change.value:g} points. {cited(instrument, change.source)}" if change else NOT_GIVEN,
        ),
        (
            "Smallest change people notice",
            f"{_range(small.low, small.high)} {'%' if small.unit == 'percent' else 'points'}. "
            f"{cited(instrument, small.source)}"
            if small
            else NOT_GIVEN,
        ),
        ("Response", _response(instrument)),
        ("Remission", _threshold(instrument, instrument.remission)),
        ("Relapse", _threshold(instrument, instrument.relapse)),
    )


def bands(instrument: Instrument) -> tuple[tuple[str, str, str], ...]:
    """Rows of the bands: of what, from–to, label."""
    rows = list(_bands("Total", instrument.bands))
    for part in instrument.subscales.parts if instrument.subscales else ():
        rows += _bands(part.name, part.bands)
    return tuple(rows)


def cutoffs(instrument: Instrument) -> tuple[tuple[str, str, str, str], ...]:
    """Rows of the cut-offs: of what, value, use and for whom, source."""
    rows = [_cutoff("Total", cut, instrument) for cut in instrument.cutoffs]
    for part in instrument.subscales.parts if instrument.subscales else ():
        rows += [_cutoff(part.name, cut, instrument) for cut in part.cutoffs]
    return tuple(rows)


def parts(instrument: Instrument) -> tuple[tuple[str, str, str], ...]:
    """Rows of subscales and computed values: name, items or unit, range."""
    rows = []
    for part in instrument.subscales.parts if instrument.subscales else ():
        ends = instrument.part_ranges[part.id]
        named = ", ".join(map(str, part.items)) or "entered as a total"
        rows.append((part.name, named, f"{ends[0]:g} to {ends[1]:g}" if ends else NOT_GIVEN))
    rows += [(one.name, "computed", one.unit or "") for one in instrument.derived]
    return tuple(rows)


def _minutes(instrument: Instrument) -> str:
    return f"{instrument.minutes} min" if instrument.minutes else f"minutes {NOT_GIVEN}"


def _licence(instrument: Instrument) -> str:
    holder = f" Holder: {instrument.licence.holder}." if instrument.licence.holder else ""
    return f"{licence(instrument)}: {instrument.licence.basis}.{holder}"


def _codes(instrument: Instrument) -> str:
    codes = instrument.loinc
    if codes is None:
        return NOT_GIVEN
    named = [f"{what} {code}" for what, code in (("panel", codes.panel), ("total", codes.total)) if code]
    return ", ".join([*named, *([f"items {', '.join(codes.items)}"] if codes.items else [])])


def _risk(instrument: Instrument) -> str:
    risk = instrument.risk_item
    if risk is None:
        return "none"
    return f"item {risk.item}, from {risk.flag_at} on. {cited(instrument, risk.source)}"


def _response(instrument: Instrument) -> str:
    rule = instrument.response
    if rule is None:
        return NOT_GIVEN
    unit = "%" if isinstance(rule, PercentDrop) else "points"
    return f"{rule.at_least:g} {unit} lower than at the start. {cited(instrument, rule.source)}"


def _threshold(instrument: Instrument, threshold: Threshold | None) -> str:
    if threshold is None:
        return NOT_GIVEN
    side = f"{threshold.at_least} or more" if threshold.at_least is not None else f"{threshold.at_most} or less"
    return f"{side}. {cited(instrument, threshold.source)}"


def _range(low: float, high: float) -> str:
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"


def _bands(of: str, found: Bands | None) -> Iterator[tuple[str, str, str]]:
    for band in found.ranges if found else ():
        yield of, _range(band.min, band.max), band.label


def _cutoff(of: str, cut: Cutoff, instrument: Instrument) -> tuple[str, str, str, str]:
    who = [{"female": "women", "male": "men"}[cut.sex] if cut.sex else "", cut.ages.words if cut.ages else ""]
    use = "; ".join([cut.use, *filter(None, who)])
    return of, cut.words, use, cited(instrument, cut.source)
