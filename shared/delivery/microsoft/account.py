"""The application by which Microsoft Graph is asked: for meetings, and for when people are busy."""

from dataclasses import dataclass, field
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class GraphAccount:
    """`authority` and `graph` differ in national clouds."""

    tenant: str
    client_id: str
    client_secret: str = field(repr=False)
    authority: str = "https://login.microsoftonline.com"
    graph: str = "https://graph.microsoft.com"


class ScheduleAccount(NamedTuple):
    """The application, and the mailbox in whose name it asks when others are busy."""

    application: GraphAccount
    mailbox: str
