"""Risk answers a named human must act on, and what was done."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from solstice_web.measures.models import Response
from solstice_web.people.models import Person
from solstice_web.privacy import Privacy
from solstice_web.storage.encrypted import EncryptedTextField


class Level(models.IntegerChoices):
    """How soon someone must act; the lower number is the sooner."""

    NOW = 0, "now"
    TODAY = 1, "today"
    DAY_QUEUE = 2, "day queue"


class Alert(models.Model):
    """One risk answer that a human must follow up: exactly one for each response and rule.

    Alerts of the same person and rule that arrive while an earlier one is not done share its `episode`, so that a
    clinician sees one line (hazard H06) while every answer keeps its own row (promise 4).
    """

    class State(models.TextChoices):
        OPEN = "open", "not seen yet"
        ACKNOWLEDGED = "acknowledged", "seen"
        DONE = "done", "done"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="alerts")
    rule = models.CharField(max_length=60)
    level = models.SmallIntegerField(choices=Level)
    response = models.ForeignKey(Response, on_delete=models.PROTECT, null=True, related_name="alerts")
    episode = models.UUIDField(help_text="id of the first alert of the same episode")
    text = models.CharField(max_length=500, help_text="the rule's own sentence; holds nothing the person wrote")
    raised_at = models.DateTimeField()
    act_by = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State, default=State.OPEN)
    revision = models.PositiveIntegerField(default=1)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="alerts_acknowledged"
    )
    acknowledged_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    privacy: ClassVar[dict[str, Privacy]] = {
        "id": Privacy.HARMLESS,
        "person": Privacy.IDENTIFYING,
        "rule": Privacy.CLINICAL,
        "level": Privacy.CLINICAL,
        "response": Privacy.CLINICAL,
        "episode": Privacy.HARMLESS,
        "text": Privacy.CLINICAL,
        "raised_at": Privacy.CLINICAL,
        "act_by": Privacy.CLINICAL,
        "state": Privacy.CLINICAL,
        "revision": Privacy.HARMLESS,
        "acknowledged_by": Privacy.IDENTIFYING,
        "acknowledged_at": Privacy.HARMLESS,
        "escalated_at": Privacy.HARMLESS,
        "done_at": Privacy.HARMLESS,
    }

    class Meta:
        constraints = [models.UniqueConstraint(fields=["response", "rule"], name="one_alert_for_each_risk_answer")]
        indexes = [
            models.Index(fields=["person", "state"], name="alert_of_person"),
            models.Index(
                fields=["act_by"],
                condition=models.Q(state="open", escalated_at__isnull=True),
                name="alert_to_escalate",
            ),
            models.Index(fields=["level", "act_by"], condition=~models.Q(state="done"), name="alert_not_done"),
        ]

    def __str__(self) -> str:
        return f"alert {self.id}"


class AlertAction(models.Model):
    """One thing a human did about an alert."""

    class What(models.TextChoices):
        SPOKE = "spoke", "spoke with the person"
        TRIED = "tried", "tried to reach the person, not reached yet"
        MET = "met", "met the person"
        SAFETY_PLAN = "safety_plan", "made or reviewed the safety plan"
        ESCALATED = "escalated", "handed on to a colleague or the crisis team"
        EMERGENCY = "emergency", "called the emergency service"
        NOT_NEEDED = "not_needed", "no contact needed; the reason is in the note"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="actions")
    what = models.CharField(max_length=12, choices=What)
    note = EncryptedTextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="alert_actions")
    at = models.DateTimeField()

    privacy: ClassVar[dict[str, Privacy]] = {
        "id": Privacy.HARMLESS,
        "alert": Privacy.CLINICAL,
        "what": Privacy.CLINICAL,
        "note": Privacy.FREE_TEXT,
        "by": Privacy.IDENTIFYING,
        "at": Privacy.CLINICAL,
    }

    class Meta:
        indexes = [models.Index(fields=["alert", "at"], name="action_of_alert")]

    def __str__(self) -> str:
        return f"alert action {self.id}"
