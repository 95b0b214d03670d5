"""Where a visit is held after admission: the app's own room, a room that a link leads to, or Microsoft Teams."""

import re
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationInfo, field_validator

from shared.domain.model import Model


PLACE = "{meeting}"
ORGANISER = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class MeetingRoom(Model):
    """Set on the calendar; a service, or the person who serves, may have one of its own instead.

    provider   built_in: from browser to browser. link: `template`, such as https://meet.example/{meeting}, where
               each appointment has a name that nobody can guess. teams: a meeting that Graph makes
    organiser  for teams: the id, at Entra, of the user in whose name meetings are made
    """

    provider: Literal["built_in", "link", "teams"] = "built_in"
    template: str = Field(default="", max_length=500, validate_default=True)
    organiser: str = Field(default="", max_length=36, validate_default=True)

    @field_validator("template")
    @classmethod
    def _leads_somewhere(cls, template: str, info: ValidationInfo) -> str:
        if info.data.get("provider") != "link":
            return template
        address = urlsplit(template)
        if address.scheme != "https" or not address.hostname or re.search(r"[\s\"<>\\]", template):
            raise ValueError("a link to a room is an https address")
        if PLACE in address.netloc:
            raise ValueError(f"{PLACE} stands in the path, the query or the fragment")
        return template

    @field_validator("organiser")
    @classmethod
    def _known(cls, organiser: str, info: ValidationInfo) -> str:
        if info.data.get("provider") == "teams" and not ORGANISER.fullmatch(organiser):
            raise ValueError("meetings in Teams need their organiser's id at Entra")
        return organiser

    @property
    def is_elsewhere(self) -> bool:
        """Return whether visits are held outside the app's own room."""
        return self.provider != "built_in"

    @property
    def needs_creation(self) -> bool:
        """Return whether each meeting must be created by another service first."""
        return self.provider == "teams"

    def link(self, name: str) -> str:
        """Return the link to the meeting of this name; a template without {meeting} always gives the same room."""
        return self.template.replace(PLACE, name) if self.provider == "link" else ""
