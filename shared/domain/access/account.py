"""An account as the identity provider provisions it, in the terms of SCIM's core schema (RFC 7643)."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from shared.domain.model import Line, Model
from shared.domain.text.addresses import folded
from shared.domain.text.pasted import PastedAddress, PastedLine


class AccountName(Model):
    given_name: Line = ""
    family_name: Line = ""


class AccountEmail(Model):
    value: Annotated[PastedAddress, Field(max_length=254)]
    type: Line = "work"


class Profile(Model):
    """The stored part of an account's document; anything else that the provider sends is dropped."""

    user_name: Annotated[PastedLine, Field(min_length=1, max_length=254)]
    external_id: Line = ""
    display_name: Line = ""
    name: AccountName = Field(default_factory=AccountName)
    emails: Annotated[tuple[AccountEmail, ...], Field(max_length=10)] = ()
    active: bool = True

    @property
    def addresses(self) -> frozenset[str]:
        """Return the addresses by which calendars may name this person, for comparison."""
        said = (self.user_name, *(one.value for one in self.emails))
        return frozenset(folded(one) for one in said if "@" in one)


class Account(Model):
    """`held` are the addresses whose state it decides: its own, and while it is disabled also earlier ones."""

    id: str
    profile: Profile
    held: tuple[str, ...] = ()
    version: int = 0
    created_at: datetime
    changed_at: datetime
