"""The names under which people remember treatments, as read from `treatments/names.yaml`."""

from pydantic import Field

from solstice.content.provenance import Cited, ContentFile
from solstice.content.read import Frozen


class ClassWords(Frozen):
    """How a class is called by people who do not know the name; `class_name` is what a trial keeps as `agent_class`."""

    class_name: str = Field(alias="class")
    name: str
    words: tuple[str, ...] = Field(min_length=1)


class Words(Frozen):
    name: str
    words: tuple[str, ...] = Field(min_length=1)


class NamesFile(ContentFile):
    """Brand names and other names by the id of a medicine, an augmentation or a kind of course."""

    source_of_names: Cited = Field(alias="source")
    brands: dict[str, tuple[str, ...]]
    other_names: dict[str, tuple[str, ...]] = {}
    psychotherapies: dict[str, str] = Field(default={}, description="names by the agent a trial keeps")
    classes: tuple[ClassWords, ...]
    several: Words
    unnamed: Words
