"""Columns and codes of the Metapsy standard in words; what is not listed is shown as the file has it."""

from collections.abc import Mapping

from solstice.evidence.arm_words import CONTROLS, TREATMENTS

COLUMNS: Mapping[str, str] = {
    "diagnosis": "Diagnosis",
    "condition_arm1": "Treatment",
    "condition_arm2": "Compared with",
    "format": "Format",
    "age_group": "Age group",
    "target_group": "Who was treated",
    "recruitment": "Recruited from",
    "rating": "Rated by",
    "time": "Measured",
    "country": "Country",
    "comorbid_mental": "Chosen for a second diagnosis",
    "rob": "Risk-of-bias items met, of 4",
    "itt": "All randomised people analysed",
    "overall": "Overall risk of bias",
    "outcome_domain": "What was measured",
}
FIRST = ("diagnosis", "condition_arm1", "condition_arm2", "format", "age_group")
"""Columns whose choice stands open; the others wait behind one more tap."""
YES_NO: Mapping[str, str] = {"y": "yes", "n": "no", "0": "no", "1": "yes"}
CODES: Mapping[str, Mapping[str, str]] = {
    "diagnosis": {
        "mdd": "major depression",
        "mood": "mood disorder",
        "cut": "above a cut-off score",
        "sub": "below the threshold",
        "chr": "chronic depression",
    },
    "condition_arm1": TREATMENTS,
    "condition_arm2": CONTROLS,
    "format": {
        "ind": "individual",
        "grp": "group",
        "gsh": "guided self-help",
        "ush": "unguided self-help",
        "tel": "telephone",
        "cpl": "couple",
        "oth": "other",
    },
    "age_group": {"adul": "adults", "old": "55 and older", "olderold": "75 and older", "yadul": "young adults"},
    "target_group": {
        "adul": "adults",
        "old": "older adults",
        "stud": "students",
        "ppd": "around birth",
        "med": "with a bodily illness",
        "oth": "other",
    },
    "recruitment": {"com": "the community", "clin": "clinics", "oth": "elsewhere"},
    "country": {
        "us": "United States",
        "uk": "United Kingdom",
        "eu": "Europe",
        "can": "Canada",
        "au": "Australia",
        "eas": "East Asia",
        "oth": "elsewhere",
    },
    "comorbid_mental": YES_NO,
    "itt": YES_NO,
}
"""Source: Metapsy, variable description of the depression database (psyctr)."""


def column_words(column: str) -> str:
    return COLUMNS.get(column, column)


def level_words(column: str, level: str) -> str:
    return CODES.get(column, {}).get(level.casefold(), level)
