"""The interview and the picture a clinician and a person draw together."""

from django.apps import AppConfig


class FormulationsConfig(AppConfig):
    name = "solstice_web.formulations"
    label = "formulations"
