"""Tables of published trials that a clinician loads to look at: held for the session, never part of a record."""
