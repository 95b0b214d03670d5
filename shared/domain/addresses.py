"""When two mail addresses are one: for whoever may do something by the address that the provider verified."""

from string import ascii_lowercase, ascii_uppercase


LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)


def folded(address: str) -> str:
    """Return an address as it is compared: A to Z have no case, and no other letter stands for another.

    Unicode's own folding would take admin@straße.example for admin@strasse.example, which is somebody else's.
    """
    return address.strip().translate(LOWER)
