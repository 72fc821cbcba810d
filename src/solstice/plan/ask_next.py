"""Which open answer would change the list: each unknown fact is tried with every answer it may have."""

from collections.abc import Iterator, Mapping, Sequence

from solstice.content.constraint_model import FactName
from solstice.person.file import SEVERITIES, Episode
from solstice.plan.answered import Board, Standing
from solstice.plan.candidate import is_here
from solstice.plan.result import WouldChange

CHOICES: Mapping[str, tuple[str, ...]] = {
    "dissociation": ("none", "some", "severe"),
    "suicide_risk": ("low", "moderate", "high"),
}
"""Answers of the facts that are not yes or no."""
MOST_NAMED = 3


def what_would_change(board: Board) -> tuple[WouldChange, ...]:
    """Open facts whose answer changes the first group of the list, or what is refused; the former stand first.

    Every answer is worked out with all else as it is, the clinic's own part too, and says what the same person file
    with that answer would give.
    """
    found = []
    for fact, value in board.case.known.facts.items():
        if value is None and (change := _change(fact, board)) is not None:
            found.append(change)
    return tuple(sorted(found, key=lambda one: (not one.changes_first, -len(one.answers), one.fact)))


def answers_to(fact: FactName, episode: Episode) -> tuple[bool | str, ...]:
    """Every answer the fact may have; a severity that was bounded stays within its bounds."""
    if fact != "severity":
        return CHOICES.get(fact, (True, False))
    low = SEVERITIES.index(episode.severity_at_least or SEVERITIES[0])
    high = SEVERITIES.index(episode.severity_at_most or SEVERITIES[-1])
    return SEVERITIES[low : high + 1]


def _change(fact: FactName, board: Board) -> WouldChange | None:
    sentences: list[str] = []
    changes_first = False
    for answer in answers_to(fact, board.case.person.episode):
        then = board.after(fact, answer)
        said = tuple(_differences(board, then)) if then is not board.now else ()
        if said:
            word = ("yes" if answer else "no") if isinstance(answer, bool) else answer
            sentences.append(f"If {word}: {'; '.join(said)}.")
            changes_first = changes_first or set(board.now.first) != set(then.first)
    if not sentences:
        return None
    return WouldChange(fact, board.case.known.fact_words[fact].question, tuple(sentences), changes_first)


def _differences(board: Board, then: Standing) -> Iterator[str]:
    now, options, offer = board.now, board.case.library.options, board.case.person.offer
    taken_off, let_in = sorted(then.refused - now.refused), sorted(now.refused - then.refused)
    had_here = [name for name in let_in if is_here(options[name], offer)]
    elsewhere = [name for name in let_in if name not in had_here]
    joins = [name for name in then.first if name not in now.first]
    leaves = [name for name in now.first if name not in then.first]
    lower = [name for name in leaves if name in then.benefits]
    # what is refused takes its combinations with it, so that only others need a word
    gone = [name for name in leaves if name not in then.benefits and then.refused.isdisjoint(_with_parts(name, board))]
    for names, what in (
        (taken_off, "would not be offered"),
        (had_here, "could be offered"),
        (elsewhere, "could be had by referral"),
        (joins, "would stand among the first"),
        (lower, "would stand further down"),
        (gone, "would no longer be listed"),
    ):
        if names:
            yield f"{_listed(names, board)} {what}"


def _with_parts(name: str, board: Board) -> tuple[str, ...]:
    return name, *board.parts_of(name)


def _listed(names: Sequence[str], board: Board) -> str:
    shown = [board.name_of(name) for name in names[:MOST_NAMED]]
    more = len(names) - MOST_NAMED
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")
