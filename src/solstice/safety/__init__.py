"""From a risk answer to who must act, by when; the software alerts, a named person decides."""

from solstice.safety.signals import Signal, signals_from_answers

__all__ = ["Signal", "signals_from_answers"]
