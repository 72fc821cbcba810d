"""The surface for clinicians, service leads and administrators."""

from django.apps import AppConfig

from solstice_web.config.fault_words import speak_plainly


class WorkspaceConfig(AppConfig):
    name = "solstice_web.workspace"
    label = "workspace"

    def ready(self) -> None:
        """The portal's forms speak with the same words."""
        speak_plainly()
