"""What can start a depression, keep it going or help against it, and the rules by which answers speak for it."""

from collections.abc import Iterator
from typing import Literal, Self

from pydantic import Field, model_validator

from solstice.content.constraint_model import Condition, Told
from solstice.content.interview_topic import TOPICS, TRAUMA, CheckTopic
from solstice.content.option_model import Certainty
from solstice.content.provenance import Cited, ContentFile
from solstice.content.read import Frozen, Reader
from solstice.content.single_file import read_single

Strength = Literal["weak", "moderate", "strong"]
Part = Literal["predisposing", "precipitating", "perpetuating", "protective"]
PARTS: tuple[Part, ...] = ("predisposing", "precipitating", "perpetuating", "protective")


class Rule(Frozen):
    """When the condition holds, the mechanism is present with this strength.

    `if_not: absent` says that the opposite answer speaks against it; `silent` says that it says nothing. `certainty`
    is how sure anyone is that this sign means this mechanism; `strength` how much it says in this person.
    """

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    when: Condition
    strength: Strength
    certainty: Certainty
    if_not: Literal["absent", "silent"] = "silent"
    reading: str = Field(min_length=10)
    source: Cited


class Module(Frozen):
    """A session or a practice of a therapy in the library that works on the mechanism, and how sure anyone is."""

    therapy: str
    session: int | None = Field(default=None, ge=1)
    practice: str | None = None
    certainty: Certainty
    source: Cited

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.session is None) == (self.practice is None):
            raise ValueError("a module is one session or one practice; write session or practice")
        return self


class Mechanism(Frozen):
    """`sensitive` is shown to the treating clinician only."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    name: str
    plain_name: str
    plain: str
    meaning: str
    sensitive: bool = False
    rules: tuple[Rule, ...] = ()
    modules: tuple[Module, ...] = ()
    ask_next: str = Field(description="what would tell more than the answers used here")

    def all_rules(self) -> tuple[Rule, ...]:
        return self.rules


class Asked(Frozen):
    """The interview's own question about a factor; yes speaks for it, no against it, unknown says nothing."""

    topic: str
    question: str = Field(min_length=10)
    strength: Strength
    certainty: Certainty
    reading: str = Field(min_length=10)
    source: Cited


class Factor(Mechanism):
    """One of the four parts of the picture."""

    part: Part
    asked: Asked | None = None

    def all_rules(self) -> tuple[Rule, ...]:
        """The rules, the interview's answer first."""
        if self.asked is None:
            return self.rules
        asked = self.asked
        told = Rule(
            id="asked",
            when=Told(told=asked.topic),
            strength=asked.strength,
            certainty=asked.certainty,
            if_not="absent",
            reading=asked.reading,
            source=asked.source,
        )
        return (told, *self.rules)


class Check(Frozen):
    """A medical check that can explain a depression that stays; without `again_after_months` once is enough."""

    topic: CheckTopic
    name: str
    question: str = Field(min_length=10)
    task: str = Field(min_length=5, description="what someone would have to do, as a task")
    again_after_months: int | None = Field(default=None, gt=0)
    source: Cited


class AnswerRange(Frozen):
    """How many items an instrument has and the highest answer, so that a missing answer bounds the total."""

    name: str
    items: int = Field(gt=0)
    item_max: int = Field(gt=0)
    labels: dict[str, str] = Field(default_factory=dict, description="item number → what it is about, in our own words")


class Mechanisms(ContentFile):
    """`content/formulation/mechanisms.yaml`."""

    instruments: dict[str, AnswerRange]
    single_item_note: str
    mechanisms: tuple[Mechanism, ...]


class Factors(ContentFile):
    """`content/formulation/factors.yaml`."""

    factors: tuple[Factor, ...]
    checks: tuple[Check, ...]
    gate_question: str = Field(description="asked word for word; the answer is kept, what happened is not")
    gate_note: str

    def question(self, topic: str) -> str:
        return next(one.asked.question for one in self.factors if one.asked and one.asked.topic == topic)


def read_mechanisms(reader: Reader) -> dict[str, Mechanisms]:
    path = reader.root / "formulation/mechanisms.yaml"
    out = read_single(reader, "formulation/mechanisms.yaml", Mechanisms)
    for found in out.values():
        for twice in _twice([mechanism.id for mechanism in found.mechanisms]):
            reader.fault(path, f"the mechanism '{twice}' stands twice", "keep one of them")
        for mechanism in found.mechanisms:
            for what in _missing_modules(reader, mechanism):
                reader.fault(path, f"{mechanism.id}: {what}", "add it to the therapy, or mend the link")
    return out


def read_factors(reader: Reader) -> dict[str, Factors]:
    """Read the one file; a topic of the interview that no factor asks about is a fault."""
    path = reader.root / "formulation/factors.yaml"
    out = read_single(reader, "formulation/factors.yaml", Factors)
    for found in out.values():
        for twice in _twice([factor.id for factor in found.factors]):
            reader.fault(path, f"the factor '{twice}' stands twice", "keep one of them")
        asked = {factor.asked.topic for factor in found.factors if factor.asked}
        topics = {TRAUMA, *(f"{section}.{topic}" for section, names in TOPICS.items() for topic in names)}
        for topic in sorted(topics - asked):
            reader.fault(path, f"no factor asks about '{topic}'", "add `asked: {topic: …}` to a factor")
    return out


def _twice(ids: list[str]) -> list[str]:
    return sorted({name for name in ids if ids.count(name) > 1})


def _missing_modules(reader: Reader, mechanism: Mechanism) -> Iterator[str]:
    """Sessions are files that begin with their number, practices are files named like their id."""
    for module in mechanism.modules:
        if not (reader.root / "therapies").is_dir():
            return  # a folder of a clinic's own may hold some sections only
        folder = reader.root / "therapies" / module.therapy
        if module.session is not None and not list(folder.glob(f"sessions/{module.session:02d}-*.md")):
            yield f"no session {module.session} of '{module.therapy}'"
        if module.practice is not None and not (folder / "practices" / f"{module.practice}.md").is_file():
            yield f"no practice '{module.practice}' of '{module.therapy}'"
