"""Serving on this machine alone, at both of the addresses that `localhost` may mean to a client."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import socket

from aiohttp import web


LOOPBACK = "127.0.0.1"
ADDRESSES = ((socket.AF_INET, LOOPBACK), (socket.AF_INET6, "::1"))
WITHOUT = {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}  # of a machine that has no IPv6: it does without


class PortTaken(Exception):
    """The port cannot be listened on; the message says why."""

    def __init__(self, port: int, error: OSError) -> None:
        super().__init__(f"Port {port} cannot be listened on ({os.strerror(error.errno or 0)}).")


def why_not(port: int) -> str:
    """Return why a server cannot listen on a port here, as the end of a sentence; "" where it can.

    It is tried as a server would: who asks whether somebody answers does not see a port that is bound and silent.
    """
    return next(filter(None, (_why_not(family, address, port) for family, address in ADDRESSES)), "")


def _why_not(family: socket.AddressFamily, address: str, port: int) -> str:
    try:
        with socket.create_server((address, port), family=family):
            return ""
    except OSError as no:
        if no.errno in WITHOUT:
            return ""
        return "is in use" if no.errno == errno.EADDRINUSE else f"cannot be used ({os.strerror(no.errno)})"


async def serve_on(runner: web.BaseRunner, port: int, address: str = LOOPBACK) -> None:
    """Serve a site on one address, for which loopback stands for both. Raises PortTaken."""
    addresses = [one for _, one in ADDRESSES] if address == LOOPBACK else [address]
    for one in addresses:
        try:
            await web.TCPSite(runner, one, port).start()
        except OSError as no:
            if one == LOOPBACK or no.errno not in WITHOUT:
                raise PortTaken(port, no) from None


async def stop_signal() -> None:
    """Wait for SIGINT or SIGTERM."""
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await stopped.wait()
