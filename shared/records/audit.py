"""The row of the audit: who did what, and when."""

import json
from datetime import datetime

from shared.records.appointments import Changes
from shared.records.keys import (
    audit_key,
)


def audit_row(now: datetime, number: str, actor: str, action: str, subject: str) -> Changes:
    """Return the row; `number` distinguishes rows of one millisecond, and is the same for each try."""
    what = json.dumps({"at": now.isoformat(), "actor": actor, "action": action, "subject": subject})
    return {audit_key(now, number): {"body": what}}
