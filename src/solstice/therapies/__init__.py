"""From a therapy's content and a course so far to the next small step, the session's plan, and the task agreed."""

from solstice.therapies.course import CourseState, Entry, SessionHeld, course_state
from solstice.therapies.homework import Advice, Task, advise, answer_to, smaller_dose
from solstice.therapies.session import MeasureSince, PlannedItem, SessionPlan, session_plan
from solstice.therapies.step import RestOffer, Step, next_step

__all__ = [
    "Advice",
    "CourseState",
    "Entry",
    "MeasureSince",
    "PlannedItem",
    "RestOffer",
    "SessionHeld",
    "SessionPlan",
    "Step",
    "Task",
    "advise",
    "answer_to",
    "course_state",
    "next_step",
    "session_plan",
    "smaller_dose",
]
