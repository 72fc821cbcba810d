"""The surface for clinicians, service leads and administrators."""

from django.apps import AppConfig


class WorkspaceConfig(AppConfig):
    name = "solstice_web.workspace"
    label = "workspace"
