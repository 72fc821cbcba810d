"""Grades and categories of scales without a total: the gravest that holds, or why it cannot be told."""

from fractions import Fraction

from solstice.content.scoring_model import ActivityMinutes, ActivityNeed, Grade, Graded, ItemsAtLeast
from solstice.instruments.answers import Answers, exact


def grade_of(rule: Graded, answers: Answers) -> tuple[str | None, str | None]:
    """The grade, or None with the reason; a grade is never given while an unanswered item could make it graver."""
    for number, grade in enumerate(rule.grades):
        holds = _holds(grade, answers)
        if holds:
            return grade.label, None
        if holds is None:
            sure = next((lower.label for lower in rule.grades[number + 1 :] if _holds(lower, answers)), rule.otherwise)
            return (
                None,
                f"{_open(grade, answers)} unanswered: the answer could be '{grade.label}'; it is at least '{sure}'",
            )
    return rule.otherwise, None


def _open(grade: Grade, answers: Answers) -> str:
    items = {item for lines in grade.any_of for line in lines for item in line.items if answers[item - 1] is None}
    listed = ", ".join(str(item) for item in sorted(items))
    return f"item {listed} is" if len(items) == 1 else f"items {listed} are"


def _holds(grade: Grade, answers: Answers) -> bool | None:
    return _any([_all([_line(line, answers) for line in lines]) for lines in grade.any_of])


def _line(line: ItemsAtLeast, answers: Answers) -> bool | None:
    given = [answers[item - 1] for item in line.items]
    return _any([None if answer is None else answer >= line.at_least for answer in given])


def _any(results: list[bool | None]) -> bool | None:
    return True if True in results else None if None in results else False


def _all(results: list[bool | None]) -> bool | None:
    return False if False in results else None if None in results else True


def activity(rule: ActivityMinutes, answers: Answers) -> tuple[dict[str, Fraction], str] | str:
    """MET minutes a week for each kind of activity and in all, with the category; or why they cannot be told."""
    days: dict[str, int] = {}
    minutes: dict[str, int] = {}
    for part in rule.parts:
        day, minute = answers[part.days_item - 1], answers[part.minutes_item - 1]
        if day is None or minute is None:
            return f"{part.id}: days or minutes are unanswered; without them nothing can be added up"
        days[part.id], minutes[part.id] = day, minute
    if sum(minutes.values()) > rule.exclude_above:
        return f"more than {rule.exclude_above} minutes a day in all; such answers are left out, ask again"
    counted = {
        name: 0 if given < rule.shortest_bout else min(given, rule.most_a_day) for name, given in minutes.items()
    }
    met = {part.id: exact(part.met) * counted[part.id] * days[part.id] for part in rule.parts}
    met["met_minutes"] = sum(met.values(), Fraction(0))
    for category in rule.categories:
        if any(_reached(need, days, counted, met["met_minutes"]) for need in category.any_of):
            return met, category.label
    return met, rule.otherwise


def _reached(need: ActivityNeed, days: dict[str, int], minutes: dict[str, int], met: Fraction) -> bool:
    counted = sum(days[part] for part in need.parts if minutes[part] >= need.minutes and minutes[part] > 0)
    return counted >= need.days and met >= need.met_minutes
