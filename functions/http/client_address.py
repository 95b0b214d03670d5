"""Who is calling, for the limits."""

import azure.functions as func

from functions.wiring import services


def client_address(req: func.HttpRequest) -> str:
    """Return who is calling, as far as the settings let a header say it; else "unknown"."""
    return services().settings.client.read(req.headers)
