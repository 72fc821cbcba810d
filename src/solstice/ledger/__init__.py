"""What has been tried, judged: adequacy, the regulatory definition, staging as ranges, pseudo-resistance."""

from solstice.ledger.assess import assess, assess_all, assess_with
from solstice.ledger.checked import CheckedOnly
from solstice.ledger.question import DecidingQuestion, Narrowing
from solstice.ledger.result import (
    JudgedTrial,
    Ledger,
    PseudoResistanceItem,
    Regulatory,
    Staged,
)
from solstice.ledger.shortfall import Shortfall, Shortfalls, shortfalls

__all__ = [
    "CheckedOnly",
    "DecidingQuestion",
    "JudgedTrial",
    "Ledger",
    "Narrowing",
    "PseudoResistanceItem",
    "Regulatory",
    "Shortfall",
    "Shortfalls",
    "Staged",
    "assess",
    "assess_all",
    "assess_with",
    "shortfalls",
]
