"""The questions about one treatment in the words the person reads, and their answers as everyone sees them."""

from collections.abc import Mapping
from dataclasses import dataclass

from solstice_web.ledger.names import name_of
from solstice_web.ledger.said import CHOICES, DISPUTED, NUMBERS, SEVERAL, STILL, UNKNOWN

DONT_KNOW = "I don't know"
KINDS: Mapping[str, tuple[str, str]] = {
    "medicine": ("Tablets for mood", "Also drops or patches"),
    "psychotherapy": ("Talking therapy", "Alone, in a group or on a screen"),
    "tms": ("Magnetic treatment (TMS)", "Short magnetic pulses to the head"),
    "ect": ("ECT", "Done while you sleep for a short time"),
    "ketamine": ("Ketamine by drip or shot", ""),
    "esketamine": ("A nose spray in a clinic", "Its name is esketamine or Spravato"),
    "other": ("Something else", "A herb, a lamp, sport, …"),
}
"""What a person may have had, as words and a hint."""

NAMELESS: Mapping[str, str] = {
    "medicine": "Tablets, name not known",
    "augmentation": "Tablets, name not known",
    "psychotherapy": "Talking therapy",
    "other": "Something else",
}
MORE: Mapping[str, str] = {
    "medicine": "Add one more sort of tablets",
    "psychotherapy": "Add one more talking therapy",
}


@dataclass(frozen=True, slots=True)
class Ask:
    """One question: `told` names its answer on a list, `choices` are taps, without them it is a line to write."""

    ask: str
    told: str
    hint: str = ""
    choices: Mapping[str, str] | None = None
    dont_know: str = DONT_KNOW


ASKS: Mapping[str, Ask] = {
    "name": Ask(
        "What was it called?", "Name", "Any name will do. A part of it is fine.", None, "I don't know the name"
    ),
    "sort": Ask(
        "Do you know what sort it was?",
        "Sort",
        "It is fine if you do not.",
        {
            "SSRI": "An SSRI",
            "SNRI": "An SNRI",
            "TCA": "An old sort, called tricyclic",
            "MAOI": "One with rules on what to eat (MAOI)",
        },
    ),
    "number": Ask(
        "About how many were there?", "How many", "", {"2": "Two", "3": "Three", "4": "Four", "more": "More"}
    ),
    "when": Ask(
        "When did you start, about?",
        "Started",
        "A year is enough. Or: spring 2021, May 2020, about 2018. Or in your own words: after my son was born.",
    ),
    "long": Ask(
        "How long did you take it?",
        "How long",
        "",
        {
            "under_4_weeks": "Less than 4 weeks",
            "to_2_months": "1 to 2 months",
            "to_6_months": "2 to 6 months",
            "longer": "More than 6 months",
            STILL: "I still take it",
        },
    ),
    "dose": Ask("What was the most you took in a day?", "Most in a day", "A number in mg. It may stand on the box."),
    "days": Ask(
        "Did you take it most days?",
        "Taken",
        "Most people leave out some. It only tells us what it could do.",
        {"most": "Yes, most days", "some": "Some days", "few": "Not often"},
    ),
    "times": Ask("How many times did you go, about?", "How many times", "A number. A guess is fine."),
    "home": Ask(
        "Did you do things at home for it?",
        "Done at home",
        "Like writing things down, or trying something new.",
        {"most": "Most weeks", "some": "Some weeks", "little": "Not much"},
    ),
    "sides": Ask(
        "Where were the pads?", "Pads", "The two pads on your head.", {"both": "On both sides", "one": "On one side"}
    ),
    "helped": Ask(
        "What happened?",
        "What happened",
        "",
        {
            "lot": "It helped a lot",
            "some": "It helped some",
            "not": "It did not help",
            "worse": "I felt worse",
        },
    ),
    "stopped": Ask(
        "Why did it stop?",
        "I stopped because",
        "",
        {
            "no_help": "It did not help enough",
            "side_effects": "It did not agree with me",
            "other": "It was something else",
            STILL: "It has not stopped",
        },
    ),
    "now": Ask(
        "Was it in the low time you have now?",
        "In this low time",
        "Or was it before, and you were well in between?",
        {"yes": "Yes, in this one", "no": "No, it was before"},
    ),
}
OF_KIND: Mapping[tuple[str, str], tuple[str, str]] = {
    ("long", "other"): ("How long did you do it?", ""),
    ("name", "psychotherapy"): ("What was it called?", "Like CBT. If you only know who it was with, write that."),
    ("name", "other"): ("What was it?", "Any name will do."),
    ("sides", "ect"): ("Where were the pads?", "The two pads on your head."),
}
"""Questions that one kind asks in other words: the question and its hint."""


def ask_of(question: str, kind: str) -> Ask:
    ask = ASKS[question]
    words = OF_KIND.get((question, kind))
    return Ask(words[0], ask.told, words[1], ask.choices, ask.dont_know) if words else ask


def answer_words(question: str, words: str) -> str:
    """An answer as it was given: the words of the tap, or what was written."""
    if words == UNKNOWN:
        return DONT_KNOW
    if question == "name" and words == SEVERAL:
        return "Several, I can't name them"
    if question in CHOICES:
        return (ASKS[question].choices or {}).get(words, words)
    return f"{words} mg" if question in NUMBERS and question == "dose" and words.isdecimal() else words


def told_lines(said: Mapping[str, str]) -> tuple[tuple[str, str, str], ...]:
    """Every answer as (question, its name, its words), in the order of asking."""
    lines = [(key, ASKS[key].told, answer_words(key, said[key])) for key in ASKS if key in said]
    if said.get(DISPUTED) == "yes":
        lines.insert(0, (DISPUTED, "About this entry", "This is not right about me"))
    return tuple(lines)


def called(facts: Mapping[str, object], said: Mapping[str, str]) -> str:
    """What a treatment is called on the person's own pages: the name they use, else its plain name."""
    kind, name = str(facts.get("kind", "")), said.get("name", "")
    if name == SEVERAL:
        return "Several sorts of tablets"
    if name and name != UNKNOWN:
        return name[:1].upper() + name[1:]
    if facts.get("agent"):
        found = name_of(str(facts["agent"]))
        return found[:1].upper() + found[1:]
    return NAMELESS.get(kind) or KINDS.get(kind, ("A treatment", ""))[0]
