"""Keep a table of published trials for a session, and take it away; both leave an event without its words."""

import uuid
from datetime import datetime

from django.db import transaction

from solstice.kernel.fault import ContentError, Fault
from solstice_web.accounts.models import User
from solstice_web.audit.trail import record
from solstice_web.evidence import files


def keep_table(*, data: bytes, name: str, by: User, at: datetime) -> str:
    """Check the file and keep it; returns its token. Raises ContentError, and nothing is kept then."""
    if not data:
        raise ContentError([Fault(name, 1, "the file is empty", "choose a Metapsy-standard CSV file")])
    token = uuid.uuid4().hex
    files.folder().mkdir(parents=True, exist_ok=True)
    files.remove_old(at)
    path = files.path_of(token)
    path.write_bytes(data)
    try:
        table = files.read_table(path, name)
        with transaction.atomic():
            detail = {"rows": len(table.rows), "studies": table.studies, "dropped": table.left_out}
            record(action="evidence.table_kept", by=by, at=at, subject=token, detail=detail)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return token


def remove_table(*, token: str, by: User, at: datetime) -> None:
    """Take away the table and what was worked out from it; doing so twice is no fault."""
    with transaction.atomic():
        record(action="evidence.table_removed", by=by, at=at, subject=token)
        files.remove(token)
