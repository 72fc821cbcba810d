"""Write the letter about what has been tried: every number comes from the ledger, every gap is said."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from solstice.content.library import Library
from solstice.content.provenance import Cited, ContentFile
from solstice.formulation.fingerprint import input_hash
from solstice.instruments import Context, Scored, score, score_total
from solstice.kernel import Source
from solstice.kernel.number_words import HOW_MANY, number_words
from solstice.ledger import CheckedOnly, JudgedTrial, Ledger, Regulatory, Staged
from solstice.letter.document import (
    Block,
    Checklist,
    Heading,
    Letter,
    Paragraph,
    Parties,
    Points,
    Purpose,
    Table,
    Wording,
)
from solstice.letter.trial_words import came_of_it_words, day_words, duration_words, given_words, when_words
from solstice.person import PartialDate, PersonFile
from solstice.person.file import Answers

TITLES: dict[Purpose, str] = {
    "referral": "Referral: treatment history",
    "prior_authorisation": "Request for authorisation: treatment history",
    "summary": "Treatment history",
}
OPENINGS: dict[Purpose, str] = {
    "referral": "Thank you for seeing the person named above. This letter sets out what has been tried for their "
    "depression, how adequate each trial was, and what is not known.",
    "prior_authorisation": "I am writing to ask for authorisation of treatment for the person named above. This letter "
    "sets out what has been tried for their depression, how adequate each trial was, and what is not known.",
    "summary": "This letter sets out what has been tried for the depression of the person named above, how adequate "
    "each trial was, and what is not known.",
}
ADEQUATE = {True: "Adequate", False: "Not adequate", None: "Cannot tell"}
REGULATORY = {"yes": "Met", "no": "Not met", "cannot_tell": "Cannot tell"}
MOST_QUESTIONS = 5


@dataclass(frozen=True, slots=True)
class _Case:
    person: PersonFile
    ledger: Ledger
    library: Library


def compose(
    person: PersonFile,
    ledger: Ledger,
    library: Library,
    *,
    purpose: Purpose = "referral",
    parties: Parties | None = None,
    checklist: Checklist | None = None,
    wording: Wording | None = None,
) -> Letter:
    """The letter for one person on the day of the person file (`person.at`).

    It holds the history as judged, definitions and stages as values or ranges, what is not known, and sources. Notes,
    trauma and other free text of the record are never in it; `wording` is what the writer adds by hand.
    """
    case, wording = _Case(person, ledger, library), wording or Wording()
    is_draft = _is_draft(case)
    blocks: list[Block] = [Paragraph(wording.opening.strip() or OPENINGS[purpose])]
    if wording.request.strip():
        blocks += [Heading("What is asked for"), Paragraph(wording.request.strip())]
    blocks += [Heading("In short"), *_in_short(case, checklist or Checklist())]
    blocks += [Heading("What was tried"), *_tried(case)]
    blocks += [Heading("Definitions and stages"), *_stages(ledger)]
    measures = _measures(case)
    if measures.rows:
        blocks += [Heading("Measures"), measures]
    blocks += [Heading("What is not known"), *_unknown(case)]
    return Letter(
        title=TITLES[purpose],
        subject="Treatment history in depression",
        on=person.at,
        parties=parties or Parties(),
        blocks=tuple(blocks),
        annex=(Heading("How this was worked out"), *_sources(case, is_draft=is_draft)),
        is_draft=is_draft,
        reference=f"Rules {library.version} · facts {input_hash(person)} · {day_words(person.at)}",
    )


# ---------------------------------------------------------------------------------------------------------- in short


def _in_short(case: _Case, checklist: Checklist) -> Iterable[Block]:
    regulatory = case.ledger.regulatory
    yield Paragraph(regulatory_sentence(regulatory))
    yield Paragraph(_checklist_sentence(case.ledger, checklist))
    episode = _episode_sentence(case.person)
    if episode:
        yield Paragraph(episode)


def regulatory_sentence(regulatory: Regulatory) -> str:
    """The regulatory answer with the trials it rests on."""
    rests = f" It rests on {_listed(regulatory.counted)}." if regulatory.counted else ""
    match regulatory.answer:
        case "yes":
            words = "The regulatory definition of treatment-resistant depression is met." + rests
        case "no":
            words = "The regulatory definition of treatment-resistant depression is not met." + _because(regulatory)
        case _:
            words = (
                "Whether the regulatory definition of treatment-resistant depression is met cannot be told from what "
                "is known." + _because(regulatory)
            )
    if regulatory.is_provisional:
        words += " This is provisional: it presumes what is not recorded, as said beside the trials."
    if regulatory.strict_answer != regulatory.answer:
        words += f" Asking for six weeks at dose instead of four, the answer is: {_strict(regulatory)}."
    return words


def _strict(regulatory: Regulatory) -> str:
    return REGULATORY[regulatory.strict_answer].lower()


def _because(regulatory: Regulatory) -> str:
    return "".join(f" {_sentence(reason.text)}" for reason in regulatory.reasons)


def _checklist_sentence(ledger: Ledger, checklist: Checklist) -> str:
    found = {state: sum(item.state == state for item in ledger.pseudo_resistance) for state in ("open", "present")}
    total = len(ledger.pseudo_resistance)
    counted = f"{found['open']} of its {total} questions are open, {found['present']} found present"
    match checklist.state:
        case "signed":
            on = f" on {day_words(checklist.on)}" if checklist.on else ""
            return f"The checklist against pseudo-resistance was worked through and signed by {checklist.by}{on}."
        case "out_of_date":
            return (
                f"The checklist against pseudo-resistance was signed by {checklist.by}, but the facts have changed "
                f"since; it has to be signed again ({counted})."
            )
        case _:
            return f"The checklist against pseudo-resistance has not been signed ({counted})."


def _began(started: PartialDate) -> str:
    return f"{'on' if started.is_exact else 'in'} {when_words(started)}"


def _episode_sentence(person: PersonFile) -> str:
    episode = person.episode
    parts: list[str] = []
    if episode.started:
        parts.append(f"the present episode began {_began(episode.started)}")
    elif episode.months is not None:
        parts.append(f"the present episode has lasted {episode.months:g} months")
    if episode.previous_episodes is not None:
        number = episode.previous_episodes
        parts.append(f"{number} earlier {'episode is' if number == 1 else 'episodes are'} known")
    if episode.severity:
        parts.append(f"severity as judged by the clinician: {episode.severity}")
    if episode.psychosis is not None:
        parts.append("with psychotic features" if episode.psychosis else "without psychotic features")
    return _sentence("; ".join(parts)) if parts else ""


# ------------------------------------------------------------------------------------------------------------- tried


def _tried(case: _Case) -> Iterable[Block]:
    trials = case.ledger.trials
    if not trials:
        yield Paragraph("Nothing is recorded.")
        return
    inside = [trial for trial in trials if trial.in_episode is not False]
    outside = [trial for trial in trials if trial.in_episode is False]
    if inside:
        yield _table(case, "In this episode", inside)
    if outside:
        yield _table(case, "Before this episode: shown apart, not staged", outside)
    yield Points(tuple(_note(trial) for trial in trials))
    if case.ledger.warnings:
        yield Points(tuple(_sentence(warning.text) for warning in case.ledger.warnings))


def _table(case: _Case, caption: str, trials: Sequence[JudgedTrial]) -> Table:
    return Table(
        caption,
        ("Treatment", "Given", "When", "What came of it", "Trial"),
        (1.25, 1.2, 1.25, 1.35, 0.85),
        tuple(_row(case, trial) for trial in trials),
    )


def _row(case: _Case, judged: JudgedTrial) -> tuple[str, ...]:
    told = case.person.trials[judged.index]
    name = f"{judged.index + 1}. {judged.name[:1].upper()}{judged.name[1:]}"
    if told.added_to:
        name += f" added to {told.added_to}"
    return (name, given_words(told), duration_words(told), came_of_it_words(told), trial_words(judged))


def trial_words(judged: JudgedTrial) -> str:
    """How one trial was judged: the words of the last column."""
    provisional = " (provisional)" if judged.is_provisional and judged.adequate is True else ""
    return f"{ADEQUATE[judged.adequate]}{provisional}"


def _note(judged: JudgedTrial) -> str:
    reasons = "; ".join(_lower_first(reason.text) for reason in judged.reasons)
    return f"Trial {judged.index + 1}, {judged.name}: {reasons}."


# ------------------------------------------------------------------------------------------------------------ stages


def _stages(ledger: Ledger) -> Iterable[Block]:
    regulatory, checked = ledger.regulatory, ledger.checked_only
    refused = ledger.staging["mgh_s"].refused
    if refused is not None and refused.code == "nothing_told":
        yield Paragraph(f"{refused.text} No model gives a value.")
        return
    beside = checked.answer_beside(regulatory.answer) if checked else None
    by_checked = f"; by what was checked alone: {REGULATORY[beside].lower()}" if beside else ""
    rows = [
        (
            "Regulatory definition (two adequate trials)",
            REGULATORY[regulatory.answer],
            (_listed(regulatory.counted) or "no trial counts so far") + by_checked,
            regulatory.decides or "–",
        ),
        *(_stage_row(staged, checked) for staged in ledger.staging.values()),
    ]
    yield Table(
        "Value or range of each model",
        ("Model", "Value", "Reading", "Would narrow it"),
        (1.4, 0.7, 1.6, 1.6),
        tuple(rows),
    )
    yield Paragraph(ledger.descriptive_only)


def _stage_row(staged: Staged, checked: CheckedOnly | None) -> tuple[str, str, str, str]:
    if staged.span is None:
        return staged.name, "No value", staged.refused.text if staged.refused else "", "–"
    reading = [HOW_MANY] if staged.is_open else []
    if staged.labels:
        reading.append(" to ".join(dict.fromkeys((staged.labels[0], staged.labels[-1]))))
    if len(staged.parts) > 1:
        parts = (f"{name.replace('_', ' ')} {number_words(part)}" for name, part in staged.parts.items())
        reading.append(", ".join(parts))
    if staged.bare is not None and staged.bare != staged.span:
        reading.append(f"without presumptions {number_words(staged.bare, is_open=staged.is_open)}")
    beside = checked.beside(staged.model, staged.span) if checked else None
    if beside is not None:
        reading.append(f"by what was checked alone {number_words(beside, is_open=staged.is_open)}")
    if staged.is_conditional:
        reading.append("applies only if an open trial proves adequate and without enough benefit")
    value = number_words(staged.span, is_open=staged.is_open)
    return staged.name, value, "; ".join(reading) or "–", staged.decides or "–"


# ---------------------------------------------------------------------------------------------------------- measures


def _measures(case: _Case) -> Table:
    """The latest result of each instrument, and the first one where there is an earlier one."""
    series: dict[str, list[tuple[Answers, Scored]]] = {}
    for given in sorted(case.person.answers, key=lambda one: one.on):
        scored = _scored(case, given)
        if scored is not None:
            series.setdefault(given.instrument, []).append((given, scored))
    return Table(
        "Latest result of each measure",
        ("Measure", "Latest", "First on record"),
        (1.4, 1.6, 1.6),
        tuple(
            (
                case.library.instruments[name].name,
                _result_words(*results[-1]),
                _result_words(*results[0]) if len(results) > 1 else "–",
            )
            for name, results in series.items()
        ),
    )


def _scored(case: _Case, given: Answers) -> Scored | None:
    instrument = case.library.instruments.get(given.instrument)
    if instrument is None:
        return None
    ages = case.person.age_years
    context = Context(age=ages[0]) if ages else Context()
    if given.total is not None:
        return score_total(instrument, given.total, context=context)
    found = score(instrument, given.items or (), context=context)
    return found if isinstance(found, Scored) else None


def _result_words(given: Answers, scored: Scored) -> str:
    band = f" ({scored.band})" if scored.band else ""
    rater = f", rated by {given.rater}" if given.rater else ""
    return f"{scored.total:g}{band}, {day_words(given.on)}{rater}"


# --------------------------------------------------------------------------------------------------- unknown, sources


def _unknown(case: _Case) -> Iterable[Block]:
    ledger, presumptions = case.ledger, case.library.treatments.adequacy.assumptions
    assumed = dict.fromkeys(presumptions[code].text for trial in ledger.trials for code in trial.assumptions)
    items = [ledger.checked_only.sentence] if ledger.checked_only else []
    items += [] if ledger.trials else ["What was tried, at which dose and for how long"]
    items += [question.text for question in ledger.deciding_questions[:MOST_QUESTIONS]]
    items += [f"Presumed, not known: {_lower_first(text)}" for text in assumed]
    items += [f"Open: {_lower_first(item.ask)}" for item in ledger.pseudo_resistance if item.state == "open"]
    if not items:
        yield Paragraph("Nothing that is missing would change the stages above.")
        return
    yield Points(tuple(_sentence(item) for item in items))


def _sources(case: _Case, *, is_draft: bool) -> Iterable[Block]:
    notes = [
        f"Adequacy of dose and duration: {case.ledger.label}.",
        "A range means that facts are missing; it holds every value they can give.",
    ]
    if is_draft:
        notes.append(
            "Some rules behind this letter have not been signed by a clinician yet (draft); check them before relying "
            "on this letter."
        )
    yield Points(tuple(notes), is_small=True)
    cited: dict[tuple[str, str | None], bool] = {}
    for source in _cited(case):
        key = (source.citation, source.url)
        cited[key] = cited.get(key, False) or source.is_draft
    if cited:
        yield Points(tuple(_citation(*key, is_recalled) for key, is_recalled in cited.items()), is_small=True)


def _cited(case: _Case) -> Iterable[Source]:
    """Where the doses, the courses and the stages of this letter were read."""
    treatments, told = case.library.treatments, case.person.trials
    for judged in case.ledger.trials:
        yield from (source for reason in judged.reasons for source in reason.sources)
        agent = told[judged.index].agent
        medicine, augmentation = treatments.medicine(agent), treatments.augmentation(agent)
        if medicine is not None:
            yield treatments.medicines_file.source(medicine.adequate.source)
        elif augmentation is not None:
            yield from _sources_in(treatments.augmentation_file, augmentation)
    staging = treatments.staging
    for name in type(staging).model_fields:
        cited = getattr(getattr(staging, name), "source", None)
        if isinstance(cited, Cited):
            yield staging.source(cited)


def _sources_in(content: ContentFile, item: object) -> Iterable[Source]:
    cited = getattr(item, "source", None)
    if isinstance(cited, Cited):
        yield content.source(cited)


def _citation(citation: str, url: str | None, is_recalled: bool) -> str:
    where = f", {url}" if url else ""
    return f"{citation}{where}{' (in part recalled, not verified)' if is_recalled else ''}"


def _is_draft(case: _Case) -> bool:
    treatments = case.library.treatments
    files: tuple[ContentFile, ...] = (
        treatments.medicines_file,
        treatments.augmentation_file,
        treatments.stimulation,
        treatments.adequacy,
        treatments.staging,
    )
    return any(content.is_draft for content in files)


def _listed(names: Sequence[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _lower_first(text: str) -> str:
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def _sentence(text: str) -> str:
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "?", "!")) else f"{text}."
