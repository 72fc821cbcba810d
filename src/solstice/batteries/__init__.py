"""Which instrument is due when: a battery, the answers and the events so far, and a day give a list."""

from solstice.batteries.battery import Battery, Part, Piece, bind
from solstice.batteries.known import Answered, Event, GateState, Wish, gate_states
from solstice.batteries.schedule import Due, coming, due, why_not_for_age

__all__ = [
    "Answered",
    "Battery",
    "Due",
    "Event",
    "GateState",
    "Part",
    "Piece",
    "Wish",
    "bind",
    "coming",
    "due",
    "gate_states",
    "why_not_for_age",
]
