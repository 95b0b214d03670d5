"""The client's address, for the rate limits."""

import azure.functions as func

from functions.wiring import services


def client_address(req: func.HttpRequest) -> str:
    """Return the client's address from the header that the settings name, else "unknown"."""
    return services().settings.client.read(req.headers)
