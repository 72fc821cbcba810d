"""What has been tried, judged: adequacy, the regulatory definition, staging as ranges, pseudo-resistance."""

from solstice.ledger.assess import assess, assess_with
from solstice.ledger.result import (
    DecidingQuestion,
    JudgedTrial,
    Ledger,
    Narrowing,
    PseudoResistanceItem,
    Regulatory,
    Staged,
)

__all__ = [
    "DecidingQuestion",
    "JudgedTrial",
    "Ledger",
    "Narrowing",
    "PseudoResistanceItem",
    "Regulatory",
    "Staged",
    "assess",
    "assess_with",
]
