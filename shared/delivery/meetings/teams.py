"""Creates meetings in Microsoft Teams through Graph, as an application.

The application needs the permission OnlineMeetings.ReadWrite.All, and an application access policy of Teams for
the organiser. A meeting is created or found by this app's name for it, so a retry creates no second one.
https://learn.microsoft.com/graph/api/onlinemeeting-createorget
"""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from shared.delivery.microsoft.account import GraphAccount
from shared.delivery.microsoft.application import GraphApplication, GraphUnavailable
from shared.use_cases.visits.make_meeting import MeetingRefused, MeetingRequest, MeetingUnavailable


DEFINITE = (400, 404, 405, 409, 410, 413, 422)
"""Answers that a retry would not change; 401 and 403 it may, once secrets or policies are corrected."""
log = logging.getLogger("openslot")


class Teams:
    """Creates meetings in the name of one application."""

    def __init__(self, account: GraphAccount) -> None:
        self._graph = GraphApplication(account)

    async def create(self, wanted: MeetingRequest, now: datetime) -> str:
        """Return the address to join. Raise MeetingRefused, MeetingUnavailable."""
        try:
            path = f"users/{wanted.organiser}/onlineMeetings/createOrGet"
            answer = await self._graph.post(path, _body(wanted), now)
        except GraphUnavailable as error:
            if error.why.startswith("no token"):
                log.warning("Teams: %s", error.why)
            raise MeetingUnavailable(error.why) from None
        if answer.status in (200, 201):
            return _join_address(answer.document)
        why = f"{answer.status} {answer.code}"
        log.warning("Teams made no meeting: %s", why)
        raise MeetingRefused(why) if answer.status in DEFINITE else MeetingUnavailable(why)


def _body(wanted: MeetingRequest) -> dict[str, str]:
    start, end = (moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") for moment in (wanted.start, wanted.end))
    # createOrGet finds the meeting by `externalId`: a retry returns the same one.
    return {"externalId": wanted.name, "startDateTime": start, "endDateTime": end, "subject": wanted.subject}


def _join_address(document: Mapping[str, Any]) -> str:
    url = document.get("joinWebUrl")
    if not isinstance(url, str) or urlsplit(url).scheme != "https":
        raise MeetingUnavailable("an answer without joinWebUrl")
    return url
