"""Which addresses outside may be asked on somebody's behalf: none by which our own network would be reached.

An address that a person types is fetched by this app, which may stand where more is reachable than from the
person's desk: databases, other machines, and the cloud's own services, which hand out credentials.
"""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import NamedTuple
from urllib.parse import urlsplit


NEVER = [
    ip_network(one)
    for one in (
        "168.63.129.16/32",  # Azure's own services, at a public address
        "169.254.0.0/16",  # link-local, and with it the metadata services of most clouds
        "fe80::/10",
        "fd00:ec2::/32",  # Amazon's metadata service
        "100.100.100.200/32",  # Alibaba's
        "192.0.0.192/32",  # Oracle's
    )
]
"""Refused also to hosts that are allowed by name."""

CLOSED = [
    ip_network(one)
    for one in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",  # multicast, reserved, broadcast
        "2001::/23",  # Teredo and other protocols
        "2001:db8::/32",
        "2002::/16",  # 6to4: an IPv4 address within
        "3fff::/20",
    )
]
PUBLIC_6 = ip_network("2000::/3")  # the rest is local, mapped (::ffff:0:0/96), translated (64:ff9b::/96), unused
NUMERIC = re.compile(r"(0x[0-9a-f]*|[0-9]+)(\.(0x[0-9a-f]*|[0-9]+)){0,3}\.?", re.IGNORECASE)
LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?"
HOST = re.compile(rf"(?=.{{1,253}}\.?$){LABEL}(\.{LABEL})*\.?")


class AddressRefused(ValueError):
    """This app does not ask at such an address."""


class OutsideHost(NamedTuple):
    """A host that may be asked, in small letters; `is_trusted` if the settings allow it by name."""

    name: str
    port: int
    is_trusted: bool


def outside_host(url: str, allowed: frozenset[str] = frozenset()) -> OutsideHost:
    """Return the host of an address that may be asked, by its text alone. Raise AddressRefused.

    `allowed` are hosts of an intranet for https ("mail.intern", or "*.intern" for all below it), and whole origins
    ("http://127.0.0.1:5232"), which need not have a name or encryption.
    """
    try:
        parts = urlsplit(url)
        port = parts.port if parts.port is not None else 443 if parts.scheme == "https" else 80
        name = _ascii((parts.hostname or "").lower())
    except ValueError:
        raise AddressRefused("not an address") from None
    if any(ord(one) <= 0x20 or ord(one) == 0x7F or one == "\\" for one in url):
        raise AddressRefused("not an address")
    if f"{parts.scheme}://{parts.netloc.lower()}" in allowed:
        return OutsideHost(name, port, is_trusted=True)
    if parts.scheme != "https" or parts.username is not None or parts.password is not None or not port:
        raise AddressRefused("not https")
    if ":" in name or NUMERIC.fullmatch(name) or not HOST.fullmatch(name):
        raise AddressRefused("no host's name")
    return OutsideHost(name, port, is_trusted=_is_allowed(name.rstrip("."), allowed))


def may_connect(address: str, *, is_trusted: bool = False) -> bool:
    """Return whether a name that was found to be at this IP address may be asked there."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    plain = _plain(ip)
    if any(plain in network for network in NEVER if network.version == plain.version):
        return False
    return is_trusted or _is_public(ip)


def _is_public(ip: IPv4Address | IPv6Address) -> bool:
    if any(ip in network for network in CLOSED if network.version == ip.version):
        return False
    return ip.version == 4 or ip in PUBLIC_6


def _plain(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Return the IPv4 address that an IPv6 address stands for, if it does."""
    if isinstance(ip, IPv4Address):
        return ip
    low = IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or (low if ip in ip_network("64:ff9b::/96") else ip)


def _is_allowed(name: str, allowed: frozenset[str]) -> bool:
    above = name.partition(".")[2]
    while above:
        if f"*.{above}" in allowed:
            return True
        above = above.partition(".")[2]
    return name in allowed


def _ascii(name: str) -> str:
    return name if name.isascii() else name.encode("idna").decode()
