"""Answers to instruments and their scores."""

from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    name = "solstice_web.measures"
    label = "measures"
