"""What a decision row stores: the outcome or the refusal, as codes and ids. It answers repeated commands."""

import json
from typing import Any

from shared.domain.errors import RECORDED, InvalidFields, KeyReused, Refusal
from shared.records.table import Row, Values
from shared.use_cases.ports import Command, Decision


MOST_ERRORS = 50
LONGEST_POINTER = 200


def refused_outcome(refusal: Refusal, command: Command) -> dict[str, Any] | None:
    """Return what is stored of a refusal; None if it is not recorded.

    Whether a form is valid depends on settings and time (a code expires), so a delayed try of the same form could
    succeed after the refusal was answered: the row prevents that. Another form, or another proof, may replace the
    row.
    """
    if isinstance(refusal, InvalidFields):
        errors = [one for one in refusal.errors if len(one.pointer) <= LONGEST_POINTER][:MOST_ERRORS]
        return {"refused": refusal.code, "errors": errors or [("", refusal.title)], "proof": command.proof}
    return {"refused": refusal.code} if refusal.code in RECORDED else None


def decided(row: Row, command: Command) -> Decision | None:
    """Return what was decided; None if this form may still be tried. Raise a recorded refusal."""
    outcome, is_same = json.loads(row.values["outcome"]), row.values["fingerprint"] == command.fingerprint
    refused = outcome.get("refused")
    if refused == InvalidFields.code:
        if is_same and outcome["proof"] == command.proof:
            raise InvalidFields([tuple(one) for one in outcome["errors"]])
        return None
    if not is_same:
        raise KeyReused
    if refused:
        raise RECORDED[refused]
    return Decision(outcome, is_new=False)


def decision_values(outcome: Values, command: Command) -> Values:
    """Return the columns of a decision row; `fingerprint` detects a key that is reused for other content."""
    return {"fingerprint": command.fingerprint, "outcome": json.dumps(outcome)}
