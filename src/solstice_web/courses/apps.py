"""Therapies under way."""

from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "solstice_web.courses"
    label = "courses"
