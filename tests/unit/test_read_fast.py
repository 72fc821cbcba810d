"""The compiled YAML reader gives what the pure one gives: values, lines and faults."""

from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from solstice.content import yaml_text
from solstice.content.library import BUNDLED
from solstice.content.read import ContentError, Document, parse_yaml
from solstice.content.yaml_text import NotPlainError, compose, plain_data

SCALARS = (
    "on: 2026-01-01\nyes: no\noff: OFF\nt: True\nf: false\nn: ~\nm: null\ne:\n"
    "i: 1_000\no: 0o17\nh: 0x1f\nz: 010\nd: 1e3\nu: 5.\ninf: -.inf\nnan: .nan\nclock: 12:30:45\neq: =\ns: !!str 5\n"
)
SHAPES = (
    "# a comment\na: &x [1, two, {b: 3}]\nc: *x\n? key\n: value\nfold: >\n  one\n  two\n\n  three\nlit: |-\n  a\n   b\n"
    "'q': 'it''s'\n\"d\": \"\\u00e4 \\t\"\nlong: one\n  two\n  three\nlist:\n- a\n-\n  b: ä\n  c: 🌒\n"
)
BROKEN = (
    "a: [1\nb: 2",
    "a: 1\n b: 2",
    "a: 'x",
    "a: @x",
    "\tb: 1",
    "a: b: c",
    "a: *none",
    "a: 1\x00",
    "{a: 1",
    "- a\nb: 1",
)


def read_pure(text: str, monkeypatch: pytest.MonkeyPatch) -> Document | str:
    with monkeypatch.context() as patched:
        patched.setattr(yaml_text, "find_spec", lambda _: None)
        return read_any(text)


def read_any(text: str) -> Document | str:
    try:
        return parse_yaml(text, "x.yaml")
    except ContentError as error:
        return str(error)


@pytest.mark.skipif(find_spec("_ruamel_yaml") is None, reason="libyaml has no build for this interpreter")
@pytest.mark.parametrize("text", [SCALARS, SHAPES, "a: 1\na: 2\n", "", "--- \na: 1\n", "a: 1\r\nb: 2\r\n", *BROKEN])
def test_both_readers_agree(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert repr(read_any(text)) == repr(read_pure(text, monkeypatch))


@pytest.mark.skipif(find_spec("_ruamel_yaml") is None, reason="libyaml has no build for this interpreter")
@pytest.mark.parametrize(
    "name", ["safety/signals.yaml", "treatments/staging.yaml", "instruments/phq-9/instrument.yaml"]
)
def test_both_readers_agree_on_content(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = Path(BUNDLED) / name
    text = path.read_text(encoding="utf-8")
    assert read_any(text) == read_pure(text, monkeypatch)


@pytest.mark.skipif(find_spec("_ruamel_yaml") is None, reason="libyaml has no build for this interpreter")
def test_plain_text_is_read_without_a_node_tree_until_a_line_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole text never reaches the slow reader."""
    asked: list[bool] = []
    original = YAML.__init__

    def noted(self: YAML, *, typ: str, pure: bool, plug_ins: list[str]) -> None:
        asked.append(pure)
        original(self, typ=typ, pure=pure, plug_ins=plug_ins)

    monkeypatch.setattr(YAML, "__init__", noted)
    document = parse_yaml("a: 1\nb: 2\n", "x.yaml")
    assert (document.data, asked) == ({"a": 1, "b": 2}, [])
    assert (document.line_of(("b",)), asked) == (2, [False])
    assert parse_yaml("a: &x 1\nb: *x\n", "x.yaml").data == {"a": 1, "b": 1}
    assert asked == [False, False], "an anchor needs the tree, still by libyaml"


PLAIN = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), max_size=12)
SCALAR = PLAIN | st.sampled_from(
    ["yes", "null", "~", "0o7", "1_0", ".inf", "2026-01-01", "- a", "a: b", "#", "1e3", "", "'x", "[", "*a", "&a"]
)


@pytest.mark.skipif(find_spec("_ruamel_yaml") is None, reason="libyaml has no build for this interpreter")
@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(SCALAR, SCALAR), max_size=4))
def test_the_short_way_gives_what_the_whole_way_gives(pairs: list[tuple[str, str]]) -> None:
    text = "".join(f"{key}: {value}\n" for key, value in pairs)
    try:
        short = plain_data(text)
    except NotPlainError:
        return
    assert repr(short) == repr(compose(text, "x.yaml")[0])


def test_a_control_character_is_a_fault_with_its_line() -> None:
    with pytest.raises(ContentError) as caught:
        parse_yaml("a: 1\nb: \x07\n", "x.yaml")
    assert (
        str(caught.value)
        == "x.yaml:2: this is not YAML (the character U+0007); take it out; save it as plain UTF-8 text"
    )
