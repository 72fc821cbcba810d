"""The solstice command of the engine."""
