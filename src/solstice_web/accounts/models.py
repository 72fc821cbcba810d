"""Those who sign in."""

import hashlib
import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone

from solstice_web.privacy import Privacy


class Role(models.TextChoices):
    PATIENT = "patient", "Patient"
    CLINICIAN = "clinician", "Clinician"
    SERVICE_LEAD = "service_lead", "Service lead"
    ADMINISTRATOR = "administrator", "Administrator"


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser):
    """One account with one role; a person in care has it through `Person.user`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    role = models.CharField(max_length=20, choices=Role.choices)
    is_active = models.BooleanField(default=True)
    session_epoch = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    deactivated_at = models.DateTimeField(null=True)

    objects = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["role"]
    privacy: ClassVar[dict[str, Privacy]] = {
        "id": Privacy.HARMLESS,
        "email": Privacy.IDENTIFYING,
        "name": Privacy.IDENTIFYING,
        "password": Privacy.IDENTIFYING,
        "last_login": Privacy.HARMLESS,
        "role": Privacy.HARMLESS,
        "is_active": Privacy.HARMLESS,
        "session_epoch": Privacy.HARMLESS,
        "created_at": Privacy.HARMLESS,
        "deactivated_at": Privacy.HARMLESS,
    }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="accounts_user_role_known"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_staff_member(self) -> bool:
        """Whether this account works for the clinic: everyone but patients."""
        return self.role != Role.PATIENT

    def get_full_name(self) -> str:
        return self.name

    def get_session_auth_hash(self) -> str:
        return self._bound(super().get_session_auth_hash())

    def get_session_auth_fallback_hash(self) -> Any:
        for value in super().get_session_auth_fallback_hash():
            yield self._bound(value)

    def _bound(self, value: str) -> str:
        """A raised epoch ends every session this account has, at the next request."""
        return hashlib.sha256(f"{value}:{self.session_epoch}".encode()).hexdigest()


class CacheEntry(models.Model):
    """Rows of the shared cache: used codes and rate limits, so that they hold across processes and restarts."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)
    privacy: ClassVar[dict[str, Privacy]] = {
        "cache_key": Privacy.HARMLESS,
        "value": Privacy.HARMLESS,
        "expires": Privacy.HARMLESS,
    }

    def __str__(self) -> str:
        return self.cache_key
