"""The checklist that comes before the word resistance, and the label signed after it."""

from django.apps import AppConfig


class ResistanceConfig(AppConfig):
    name = "solstice_web.resistance"
    label = "resistance"

    def ready(self) -> None:
        """Look at a signed label again with every saved fact it could rest on."""
        from solstice_web.resistance import watching  # noqa: PLC0415 - models are loaded only now

        watching.connect()
