"""Waiting rooms, and where visits take place, beyond Graph."""

from typing import Annotated, Literal

from pydantic import Field

from functions.graph.models.patch import LineText, LongText, changed
from functions.graph.models.properties import PropertyTable, choice, names_of, nullable, stored
from shared.domain.calendar.business import WaitingRoom
from shared.domain.calendar.meeting import MeetingRoom


PROVIDERS = {"builtIn": "built_in", "link": "link", "teams": "teams"}


class WaitingRoomBody(PropertyTable):
    """`onDemandServiceId` is the online service for people who come without a booking."""

    text: Annotated[LongText | None, nullable("text")] = None
    tips: Annotated[list[LineText], stored("tips", list, tuple)] = Field(default_factory=list, max_length=20)
    on_demand_service_id: Annotated[LineText | None, nullable("on_demand")] = None

    def value(self) -> WaitingRoom:
        """Return the waiting room. Raise InvalidFields."""
        return changed(WaitingRoom(), names_of(type(self)), **self.fields())


class MeetingRoomBody(PropertyTable):
    """Where an online visit takes place, for a calendar, one of its services or of its staff."""

    provider: Annotated[Literal["builtIn", "link", "teams"], choice("provider", PROVIDERS)] = "builtIn"
    link_template: Annotated[LineText | None, nullable("template")] = None
    organizer_id: Annotated[LineText | None, nullable("organiser")] = None

    def value(self) -> MeetingRoom:
        """Return the meeting room. Raise InvalidFields."""
        return changed(MeetingRoom(), names_of(type(self)), **self.fields())
