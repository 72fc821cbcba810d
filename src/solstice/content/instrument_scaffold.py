"""A new instrument as files: complete and valid from the first moment, with a comment where the author decides."""

import re
from datetime import date
from pathlib import Path

from solstice.content.read import ContentError, Fault

ID = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")

INSTRUMENT = """\
# How the instrument is scored and what its totals mean. Lines that start with # are comments; a key you do not need may
# be left out. After each change: solstice content check FOLDER
solstice: instrument/1
id: {id}                       # the name of the folder
version: "1.0"                 # raise it when you change something after the release
review: draft                  # a clinician changes it to signed, with: signed: {{by: NAME, on: 2026-11-22}}
review_by: {review_by}         # the day after which the content counts as out of date
sources:                       # every fact below points to one of these
  own: {{citation: "{name}, written by this clinic"}}
name: "{name}"
short_name: "{short}"
about: other                   # depression, anxiety, sleep, trauma, functioning, support …; the check names them all
use: process                   # outcome, screen, process, safety, diary
rater: self                    # self or clinician
items: 3                       # how many questions
levels: {{min: 0, max: 4}}       # the lowest and the highest answer of a question
# own_levels:                  # questions whose answers differ
#   - {{items: [3], min: 0, max: 10}}
# reversed_items: [2]          # questions in which a high answer means the opposite
min: 0                         # the lowest and the highest total; the check computes them and tells you
max: 12
direction: higher_is_worse     # or higher_is_better
recall: the last week
minutes: "1"
scoring: {{method: sum, source: {{ref: own, verified: memory}}}}       # or mean, profile, graded, domain_maxima …
missing: {{prorate: false, why: "one question of three is more than a fifth of the scale"}}
bands:                         # names for ranges of the total: all of it, once, in order; or leave them out
  source: {{ref: own, verified: memory}}
  ranges:
    - {{label: low, min: 0, max: 6}}
    - {{label: high, min: 7, max: 12}}
# subscales:
#   source: {{ref: own, verified: memory}}
#   parts:
#     - {{id: first, name: First part, items: [1, 2]}}
# reliable_change: {{value: 4, source: {{ref: own, verified: memory}}}}
# A question about suicide needs a risk item; no total is shown while it is unanswered:
# risk_item: {{item: 3, about: suicide, flag_at: 1, source: {{ref: own, verified: memory}}}}
licence:
  code: public_domain          # your own words; a licensed form is bundle_text: false and has no text file
  bundle_text: true
  basis: "written by this clinic"
  source: {{ref: own, verified: memory}}
"""

TEXT = """\
# The words, as a person sees them: one question a screen. Short sentences, everyday words, no blame.
solstice: instrument-text/1
id: {id}
version: "1.0"                 # the same as in instrument.yaml
review: draft
review_by: {review_by}
sources:
  own: {{citation: "{name}, written by this clinic"}}
language: en
stem: "In the last week, how often was this so?"        # stands above every question
items:                         # as many as instrument.yaml says
  - "I could do what I had planned."
  - "I was with people I like."
  - "I slept as I wanted."
options:                       # the answers of every question; item_options: where each has its own
  - {{value: 0, label: "Always"}}
  - {{value: 1, label: "Often"}}
  - {{value: 2, label: "At times"}}
  - {{value: 3, label: "Rarely"}}
  - {{value: 4, label: "Never"}}
notice: "Written by this clinic."                        # stands below the questions
text_source: {{ref: own, verified: memory}}
"""

EXAMPLES = """\
# Worked examples: what must come out. They are run by the check. null is an unanswered question, never a 0.
solstice: instrument-examples/1
instrument: {id}
examples:
  - {{items: [0, 0, 0], expect: {{total: 0, band: low}}}}
  - {{items: [4, 4, 4], expect: {{total: 12, band: high}}}}
  - {{items: [4, null, 4], expect: {{scored: false}}}}
"""


PACK = """\
# With this file the clinic releases the instrument for its own use, once the check is green and people have seen it:
#   solstice content add FOLDER --attested-by "NAME"
solstice: pack/1
id: {id}-pack
kind: instrument
instrument: {id}
version: "1.0"
name: "{name}"
licence: "written by this clinic; nobody else's words"
sources:
  own: {{citation: "{name}, written by this clinic"}}
"""

FILES = {"instrument.yaml": INSTRUMENT, "text.en.yaml": TEXT, "examples.yaml": EXAMPLES, "pack.yaml": PACK}


def write_instrument(where: Path, name: str, *, at: date) -> Path:
    """Write the folder `name` below `where`. Raises ContentError for a name that is none or is taken."""
    folder = where / name
    if not ID.match(name):
        raise ContentError([Fault(str(folder), 1, f"'{name}' is no id", "write small letters, digits and hyphens")])
    if folder.exists():
        raise ContentError([Fault(str(folder), 1, "it is there already", "take another id, or change what is there")])
    words = name.replace("-", " ")
    review_by = at.replace(year=at.year + 1, day=min(at.day, 28))
    told = {"id": name, "name": words[:1].upper() + words[1:], "short": name.upper(), "review_by": review_by}
    try:
        folder.mkdir(parents=True)
        for file, text in FILES.items():
            (folder / file).write_text(text.format(**told), encoding="utf-8")
    except OSError as error:
        what = f"cannot be written ({error.strerror or error})"
        raise ContentError([Fault(str(folder), 1, what, "name another folder with --in")]) from None
    return folder
