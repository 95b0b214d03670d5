"""The application by which Microsoft Graph creates meetings."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class TeamsAccount:
    """`authority` and `graph` differ in national clouds."""

    tenant: str
    client_id: str
    client_secret: str = field(repr=False)
    authority: str = "https://login.microsoftonline.com"
    graph: str = "https://graph.microsoft.com"
