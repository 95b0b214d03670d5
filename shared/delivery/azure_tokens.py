"""The app's identity at Azure, by which its services are reached without a key."""

from typing import Protocol


SCOPE = "https://communication.azure.com/.default"


class Bearer(Protocol):
    """A token for a while."""

    @property
    def token(self) -> str:
        """Return the text of it."""
        ...


class AzureTokens(Protocol):
    """Gets tokens from the platform."""

    async def get_token(self, *scopes: str) -> Bearer:
        """Return a token that holds for a while. Raises Ambiguous."""
        ...
