"""Waiting rooms, and where visits take place, beyond Graph."""

from typing import Literal

from pydantic import Field

from functions.graph.call import GraphDocument
from functions.graph.models.patch import LineText, LongText, changed
from shared.domain.calendar.business import WaitingRoom
from shared.domain.calendar.meeting import MeetingRoom
from shared.domain.model import Request


NAMES = {"template": "linkTemplate", "organiser": "organizerId", "on_demand": "onDemandServiceId"}
PROVIDERS = {"built_in": "builtIn", "link": "link", "teams": "teams"}


class WaitingRoomBody(Request):
    """`onDemandServiceId` is the online service for people who come without a booking."""

    text: LongText | None = None
    tips: list[LineText] = Field(default_factory=list, max_length=20)
    on_demand_service_id: LineText | None = None

    def room(self) -> WaitingRoom:
        """Return the waiting room. Raises InvalidFields."""
        on_demand = self.on_demand_service_id or ""
        return changed(WaitingRoom(), NAMES, text=self.text or "", tips=tuple(self.tips), on_demand=on_demand)


class MeetingRoomBody(Request):
    provider: Literal["builtIn", "link", "teams"] = "builtIn"
    link_template: LineText | None = None
    organizer_id: LineText | None = None

    def room(self) -> MeetingRoom:
        """Return the meeting room. Raises InvalidFields."""
        ours = {theirs: name for name, theirs in PROVIDERS.items()}
        return changed(
            MeetingRoom(),
            NAMES,
            provider=ours[self.provider],
            template=self.link_template or "",
            organiser=self.organizer_id or "",
        )


def waiting_document(room: WaitingRoom) -> GraphDocument:
    """Return {text, tips, onDemandServiceId}."""
    return {"text": room.text or None, "tips": list(room.tips), "onDemandServiceId": room.on_demand or None}


def meeting_document(room: MeetingRoom) -> GraphDocument:
    """Return {provider, linkTemplate, organizerId}."""
    return {
        "provider": PROVIDERS[room.provider],
        "linkTemplate": room.template or None,
        "organizerId": room.organiser or None,
    }
