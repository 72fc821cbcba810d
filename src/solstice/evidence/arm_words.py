"""The codes of treatments and controls in the Metapsy standard, in words."""

from collections.abc import Mapping

TREATMENTS: Mapping[str, str] = {
    "cbt": "cognitive behavioural therapy",
    "bat": "behavioural activation",
    "pst": "problem solving",
    "ipt": "interpersonal therapy",
    "dyn": "psychodynamic therapy",
    "lrt": "life review",
    "sup": "supportive counselling",
    "3rd": "third wave",
    "other psy": "another psychotherapy",
}
CONTROLS: Mapping[str, str] = {
    "cau": "care as usual",
    "wl": "waitlist",
    "pha": "medication",
    "other ctr": "another control",
    "sup": "supportive counselling",
    "other psy": "another psychotherapy",
}


def arm_in_words(code: str) -> str:
    """A treatment or control, or several joined by `+`; what is not listed stands as the file has it."""
    known = {**CONTROLS, **TREATMENTS}
    return " + ".join(known.get(part.strip(), part.strip()) for part in code.split("+"))
