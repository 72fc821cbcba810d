"""People: those in care, their teams, facts and safety plans."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "solstice_web.people"
    label = "people"
