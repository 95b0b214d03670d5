"""Which hosts are this machine: traffic to them crosses no network."""

from ipaddress import ip_address


def is_loopback(host: str) -> bool:
    """Return whether a host, without port or brackets, is this machine by its name or address."""
    name = host.lower().rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
