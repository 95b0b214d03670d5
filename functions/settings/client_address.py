"""The setting of the client's address: which header has it, of those that proxies write.

OPENSLOT_CLIENT_ADDRESS  1 … 9: the number of hops from the end of X-Forwarded-For, one for each proxy of yours; or
                         the name of a header that the first of them overwrites, such as X-Azure-ClientIP; or none

Azure's own front end adds one hop, which is the default there. Elsewhere the default is none: a header that no
proxy of yours has written is the client's to forge.
"""

import re
from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address
from typing import NamedTuple


NAME = "OPENSLOT_CLIENT_ADDRESS"
AZURE = ("WEBSITE_SITE_NAME", "CONTAINER_APP_NAME")  # set by Azure, whose front end adds a hop
FORWARDED = "x-forwarded-for"
HOP = re.compile(r"(?:\[(?P<six>[^\]]*)\]|(?P<four>[^:]*))(?::\d*)?")
HEADER = re.compile(r"(?=.{3,60}$)[a-z][a-z0-9]*(?:-[a-z0-9]+)+")  # all have a dash: "off" is no header


class ClientAddress(NamedTuple):
    """The client's address is `hops` from the end of `header`. With none, it is not known."""

    header: str = FORWARDED
    hops: int = 0

    def read(self, headers: Mapping[str, str]) -> str:
        """Return the client's address as one of our proxies has seen it; hops before that can be forged.

        An IPv6 client is its /64 network, as one subscriber has all of it. An unknown address is "unknown".
        """
        if not self.hops:
            return "unknown"
        found = str(headers.get(self.header, "")).split(",")
        hop = found[max(0, len(found) - self.hops)].strip()  # fewer hops: the request came past some proxies
        match = HOP.fullmatch(hop)
        try:
            address = ip_address((match["six"] or match["four"] if match else hop).partition("%")[0])
        except ValueError:
            return "unknown"
        if not isinstance(address, IPv6Address):
            return str(address)
        return str(address.ipv4_mapped or f"{IPv6Address(int(address) >> 64 << 64)}/64")


def read_client_address(environ: Mapping[str, str]) -> ClientAddress:
    """Return which hop to trust. Raises ValueError."""
    said = environ.get(NAME, "").strip().lower()
    if not said:
        return ClientAddress(hops=int(any(environ.get(name) for name in AZURE)))
    if said == "none":
        return ClientAddress()
    if re.fullmatch("[1-9]", said):
        return ClientAddress(hops=int(said))
    if HEADER.fullmatch(said) and said != FORWARDED:
        return ClientAddress(said, 1)
    raise ValueError(f"{NAME} is not none, a number from 1 to 9, or a header such as X-Azure-ClientIP")
