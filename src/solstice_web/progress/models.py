"""How each person stands, kept ready so that a caseload is one indexed query."""

from typing import ClassVar

from django.db import models

from solstice_web.people.models import Person
from solstice_web.privacy import Privacy


class Need(models.IntegerChoices):
    """Why a person needs a clinician; the lower number comes first on a caseload."""

    ALERT_NOW = 0, "risk answer: contact now"
    ALERT_TODAY = 1, "risk answer: contact today"
    ALERT_QUEUE = 2, "risk answer: day queue"
    FOLLOW_UP = 3, "risk answer seen; follow-up open"
    WORSE = 4, "getting worse"
    OFF_TRACK = 5, "not improving as hoped"
    OVERDUE = 6, "a measure is overdue"
    NEW = 7, "new"
    STEADY = 8, "as expected"


class Standing(models.Model):
    """The latest view of one person; rewritten by `progress.actions.refresh_standing` with each change.

    `need` leaves overdue measures out, because they come about with time alone; the caseload query adds them.
    """

    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True, related_name="standing")
    need = models.SmallIntegerField(choices=Need, default=Need.NEW)
    act_by = models.DateTimeField(null=True, help_text="by when someone must act on the open alert")
    reason = models.CharField(max_length=300, help_text="one sentence for the clinician, made from rules only")
    state = models.CharField(max_length=40, blank=True, help_text="the state the engine's review gave")
    phq9_total = models.FloatField(null=True)
    phq9_first = models.FloatField(null=True)
    phq9_on = models.DateField(null=True)
    gad7_total = models.FloatField(null=True)
    gad7_on = models.DateField(null=True)
    next_due_on = models.DateField(null=True, help_text="when the next weekly measure is due; null = none is expected")
    computed_at = models.DateTimeField()

    privacy: ClassVar[dict[str, Privacy]] = {
        "person": Privacy.IDENTIFYING,
        "need": Privacy.CLINICAL,
        "act_by": Privacy.CLINICAL,
        "reason": Privacy.CLINICAL,
        "state": Privacy.CLINICAL,
        "phq9_total": Privacy.CLINICAL,
        "phq9_first": Privacy.CLINICAL,
        "phq9_on": Privacy.CLINICAL,
        "gad7_total": Privacy.CLINICAL,
        "gad7_on": Privacy.CLINICAL,
        "next_due_on": Privacy.CLINICAL,
        "computed_at": Privacy.HARMLESS,
    }

    class Meta:
        indexes = [models.Index(fields=["need", "act_by"], name="standing_by_need")]

    def __str__(self) -> str:
        return f"standing of {self.person_id}"
