"""Tasks of the care team."""

from django.apps import AppConfig


class TasksConfig(AppConfig):
    name = "solstice_web.tasks"
    label = "tasks"
