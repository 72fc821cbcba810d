"""Letters that were written, kept exactly as they went out."""
