"""A person file as someone may know it who reads the record and does not treat the person."""

from solstice.content.private import Private
from solstice.person.file import PersonFile


def without_private(person: PersonFile, private: Private) -> PersonFile:
    """The file without what is private. What is taken out is unknown in it, never "no" and never zero.

    Whatever is computed from it adds up in itself and depends on nothing private. A list of conditions stays a list:
    not to be on one never ruled a condition out.
    """
    facts = {name: None for name in private.facts if getattr(person.facts, name, None) is not None}
    answers = tuple(one for one in person.answers if one.instrument not in private.instruments)
    listed = person.conditions
    kept = None if listed is None else tuple(name for name in listed if not private.has(name))
    interview = person.interview
    if interview is not None and interview.trauma is not None:
        interview = interview.model_copy(update={"trauma": None})
    return person.model_copy(
        update={
            "facts": person.facts.model_copy(update=facts) if facts else person.facts,
            "answers": answers,
            "conditions": kept,
            "interview": interview,
        }
    )
