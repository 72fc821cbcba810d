"""From the answers of a response to its one alert, by the engine's safety rules."""

from datetime import datetime

from solstice.content.instrument_model import Instrument
from solstice.safety import signals_from_answers
from solstice_web.accounts.models import User
from solstice_web.alerts.actions import Finding, raise_alert
from solstice_web.alerts.models import Level
from solstice_web.measures.content import library
from solstice_web.measures.models import Response

LEVELS = {"now": Level.NOW, "today": Level.TODAY, "day_queue": Level.DAY_QUEUE}


def rule_of(instrument: Instrument) -> str:
    """One rule for each risk item: blank, low and high answers lift the same alert and never make a second."""
    return f"{instrument.id}-risk-item"
