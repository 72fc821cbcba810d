"""Which instrument is due when: a battery, the answers and the events so far, and a day give a list."""

from solstice.batteries.ages import why_not_for, why_not_for_age
from solstice.batteries.battery import Battery, Part, Piece, bind, can_be_asked
from solstice.batteries.known import Answered, Event, GateState, Wish, gate_states
from solstice.batteries.schedule import Due, coming, due

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
    "can_be_asked",
    "coming",
    "due",
    "gate_states",
    "why_not_for",
    "why_not_for_age",
]
