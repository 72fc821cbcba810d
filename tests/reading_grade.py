"""Flesch–Kincaid grade of a text for patients; syllables from pyphen, never fewer than a count of vowel groups."""

import re
from functools import cache

import pyphen

ENOUGH_WORDS = 60
"""Below this the grade of one text jumps with a single word; pool short texts of one page before grading."""
LONGEST_SENTENCE = 20
"""Words; the rule for short texts, where a grade says little."""

_WORD = re.compile(r"[A-Za-zÀ-ÿ]+(?:['’][A-Za-z]+)?")
_SENTENCE_END = re.compile(r"[.!?…]+[\"”’)]*(?:\s+|$)|\n+")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_NUMBER_WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]


def sentences(text: str) -> list[list[str]]:
    """The words of each sentence; list marks and Markdown signs are dropped, digits read as one short word."""
    plain = re.sub(r"^\s*(?:[-*#>]+|\d+\.)\s+", "", text, flags=re.MULTILINE)
    plain = re.sub(r"[*_`]", "", plain)
    plain = re.sub(r"(?<!\n)\n(?!\n|\s*[-*#])", " ", plain)
    plain = _NUMBER.sub(_spoken, plain)
    found = [_WORD.findall(part) for part in _SENTENCE_END.split(plain)]
    return [words for words in found if words]


def grade(text: str) -> float:
    """Grade level: 0.39 × words a sentence + 11.8 × syllables a word − 15.59. Source: Kincaid 1975.

    Raises ValueError for a text without words.
    """
    found = sentences(text)
    words = [word for sentence in found for word in sentence]
    if not words:
        raise ValueError("there are no words to grade; give a text")
    return 0.39 * len(words) / len(found) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def pooled(texts: list[str]) -> str:
    """Short texts of one page as one text, each ending as a sentence."""
    return "\n\n".join(text if text.rstrip().endswith((".", "!", "?")) else text.rstrip() + "." for text in texts)


def why_too_hard(text: str, *, at_most: float = 6.0) -> str | None:
    """Why a reader of grade `at_most` would struggle, or None. Short texts are judged by their longest sentence."""
    found = sentences(text)
    longest = max(found, key=len)
    if len(longest) > LONGEST_SENTENCE:
        return f"a sentence of {len(longest)} words: {' '.join(longest)[:80]}…"
    if sum(map(len, found)) >= ENOUGH_WORDS and grade(text) > at_most:
        return f"grade {grade(text):.1f}: {' '.join(longest)[:60]}…"
    return None


@cache
def syllables(word: str) -> int:
    """Syllables of one word: the larger of pyphen's division and its vowel groups, so that the grade is never flattered."""
    word = word.lower().replace("’", "'")
    divided = len(_dictionary().positions(word)) + 1
    groups = len(re.findall(r"[aeiouyà-ÿ]+", word.removesuffix("'s")))
    silent_e = word.endswith("e") and not word.endswith(("le", "ee", "ye", "oe", "ie")) and groups > 1
    silent_ed = word.endswith("ed") and not word.endswith(("ted", "ded", "ied", "eed")) and groups > 1
    silent_es = word.endswith("es") and not re.search(r"(?:[sxzc]|ch|sh|g|i|ee)es$", word) and groups > 1
    return max(divided, groups - int(silent_e or silent_ed or silent_es), 1)


@cache
def _dictionary() -> pyphen.Pyphen:
    return pyphen.Pyphen(lang="en_US")


def _spoken(match: re.Match[str]) -> str:
    value = match.group()
    return _NUMBER_WORDS[int(value)] if value.isdigit() and int(value) <= 10 else "twenty"
