"""Rank the options for one person: constraints first, then evidence + person + clinic + preference, each visible."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from solstice.content.library import Library
from solstice.content.provenance import ContentFile
from solstice.person import PersonFile
from solstice.plan.answered import Board
from solstice.plan.ask_next import what_would_change
from solstice.plan.board import allowed, case_of, equal_groups, not_offered, ranked, weighed
from solstice.plan.clinic import ClinicPart
from solstice.plan.frequencies import NO_FREQUENCIES, NaturalFrequencies
from solstice.plan.result import Plan
from solstice.plan.words import notices, sentence

if TYPE_CHECKING:
    from solstice.plan.trial_file import TrialFile

MODEL_VERSION = "plan/3"
"""Raised whenever the same facts and content could give another ranking."""


def recommend(
    person: PersonFile,
    library: Library,
    *,
    clinic: ClinicPart | None = None,
    trials: "TrialFile | None" = None,
    frequencies: NaturalFrequencies = NO_FREQUENCIES,
    ask: bool = True,
) -> Plan:
    """Ranked options with benefit in SD units against continuing as now. Supports a decision; a human decides.

    Single options, and combinations and sequences built from them by the rules, stand in one list. A refused option is
    never ranked. What the clinic does not offer or has no place for is listed apart. `clinic` is what its own outcomes
    say; in shadow it is shown and moves nothing. `trials` is what a file of trials put into this library's table of
    effects (see `trial_file.with_trials`): named here, counted there. `frequencies` move nothing; they are shown.
    Without `ask` it is not worked out which open answers would change the list, and `would_change` is empty.
    """
    case = case_of(person, library)
    found = allowed(case)
    main = weighed((one for one in found.here if one.role == "main"), case, clinic)
    options = ranked(main, case)
    adjuncts = ranked(weighed((one for one in found.here if one.role == "adjunct"), case, clinic), case)
    elsewhere = not_offered(found.elsewhere, case)
    equal = equal_groups(options)
    return Plan(
        sentence(options, equal, elsewhere),
        (*notices(case), *_told(trials, library)),
        options,
        adjuncts,
        found.refused,
        elsewhere,
        equal,
        what_would_change(Board(case, main, frozenset(one.id for one in found.refused), clinic)) if ask else (),
        frequencies,
        library.version,
        " ".join([MODEL_VERSION, *(part for part in _versions(clinic, trials))]),
        case.formulation.input_hash,
        _is_draft(library)
        or any(one.is_draft for one in (*options, *adjuncts))
        or any(one.is_draft for one in found.refused),
        trials,
    )


def _versions(clinic: ClinicPart | None, trials: "TrialFile | None") -> Iterator[str]:
    if clinic is not None:
        yield clinic.model_version
    if trials is not None:
        yield trials.version


def _told(trials: "TrialFile | None", library: Library) -> Iterator[str]:
    """Whose trials move this ranking, and how far they are from this person."""
    if trials is None:
        return
    if not trials.used:
        yield f"Nothing of {trials.name} could be used for these options; the reasons stand below."
        return
    names = ", ".join(library.options[one.option].name for one in trials.used)
    far = [one for one in trials.used if one.population != "trd"]
    indirect = " Its trials are not about treatment-resistant depression, so their doubt is widened." if far else ""
    yield f"Trials of {trials.name} count here for {names}.{indirect}"


def _is_draft(library: Library) -> bool:
    used: tuple[ContentFile, ...] = (
        library.evidence,
        library.moderators,
        library.combinations,
        library.constraints,
        library.mechanisms,
    )
    return any(content.is_draft for content in used)
