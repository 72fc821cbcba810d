"""What else decides the meaning of a person's score: age and sex on the day."""

from datetime import date, datetime

from solstice.instruments import Context
from solstice_web.people.models import Person, Sex
from solstice_web.people.zones import zone_of


def context_of(person: Person, *, at: datetime) -> Context:
    """The engine's context; what is not known stays None."""
    today = at.astimezone(zone_of(person.time_zone)).date()
    age = age_on(person.birth_date, today) if person.birth_date else None
    match person.sex:
        case Sex.FEMALE:
            return Context(age=age, sex="female")
        case Sex.MALE:
            return Context(age=age, sex="male")
        case Sex.OTHER:
            return Context(age=age, sex="other")
        case _:
            return Context(age=age)


def age_on(birth_date: date, day: date) -> int:
    """Whole years; someone born on 29 February has their birthday on 1 March in other years."""
    return max(0, day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day)))
