"""The rules for settings. Each returns what is wrong with a value, empty if nothing, and never the value."""

import re
from collections.abc import Iterator
from itertools import combinations, pairwise
from urllib.parse import SplitResult, urlsplit

from shared.domain.loopback import is_loopback
from shared.domain.secrets import read_secrets, verifying


HOST = re.compile(r"(?!.{254})[a-z0-9]+(?:[.-][a-z0-9]+|--+[a-z0-9]+)*|[0-9a-f]*:[0-9a-f:.]*")
ADDRESS = re.compile(r"https?://[!-~]{1,2000}", re.IGNORECASE)
HEXADECIMAL = re.compile(r"[0-9a-fA-F-]+")
MAILBOX = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?"
)
TOKEN = re.compile(r"[!-~]+")
BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")
LONGEST_REGION = 100
SHORTEST_IDLE, LONGEST_IDLE = 10, 720  # a sign of use is written every five minutes
LONGEST_PROOF = 720
EXAMPLE = "random characters"


def split_address(text: str) -> SplitResult | None:
    """Return the parts of an http(s) URL without credentials, query and fragment; None for anything else."""
    if not ADDRESS.fullmatch(text) or re.search(r"[?#@\\]", text):
        return None
    try:
        parts = urlsplit(text)
        is_right = HOST.fullmatch(parts.hostname or "") and parts.port != 0 and not parts.netloc.endswith(":")
    except ValueError:
        return None
    return parts if is_right else None


def is_safe(parts: SplitResult) -> bool:
    """Return whether data sent to a URL is encrypted, or stays on this machine."""
    return parts.scheme == "https" or is_loopback(parts.hostname or "")


def public_url_problem(text: str) -> str:
    """Return what is wrong with the public URL: it has a scheme and a host, and uses https."""
    parts = split_address(text)
    if parts is None or parts.path not in ("", "/"):
        return "is not like https://book.example.org: a scheme and a host, nothing else"
    return "" if is_safe(parts) else "does not begin with https://"


def secret_problem(text: str, shortest: int = 32) -> str:
    """Return why a secret is easy to guess: too short, too few different characters, or a pattern."""
    own = "".join(text.split())
    if len(own) < shortest:
        return f"is shorter than {shortest} characters"
    if EXAMPLE in text.lower():
        return "is still the example's"
    # of 32 random hexadecimal digits, fewer than 8 are different once in 25 million times; fewer than 10, in 9,000
    enough = shortest // 2 if not HEXADECIMAL.fullmatch(own) else shortest // 4
    if len(set(own)) < enough or _is_pattern(own):
        return "is not random: too few different characters, or a pattern"
    return ""


def secrets_problem(text: str) -> str:
    """Return what is wrong with a list of secrets, of which older ones are being rotated out."""
    secrets = verifying(read_secrets(text))
    wrong = next(filter(None, map(secret_problem, secrets)), "")
    return wrong or ("is listed twice" if len(set(secrets)) < len(secrets) else "")


def token_problem(text: str) -> str:
    """Return what is wrong with a secret that is sent in a header: also other than printable ASCII."""
    return secret_problem(text) or ("" if TOKEN.fullmatch(text) else "is not printable ASCII without spaces")


def _is_pattern(text: str) -> bool:
    """Return whether a text repeats a shorter one, or mostly counts up or down."""
    repeats = any(text[size:] == text[:-size] for size in range(1, len(text) // 2 + 1))
    counted = sum(abs(ord(one) - ord(other)) <= 1 for one, other in pairwise(text))
    return repeats or counted > len(text) // 2


def shared_secrets(secrets: dict[str, str]) -> Iterator[str]:
    """Yield a problem for each pair of settings with the same secret: one holder must not know the other."""
    listed = {name: {text.strip(), *verifying(read_secrets(text))} - {""} for name, text in secrets.items()}
    for (name, one), (other, same) in combinations(listed.items(), 2):
        if one & same:
            yield f"{other} is the same as {name}"


def mailbox_problem(text: str) -> str:
    """Return what is wrong with a mailbox, which is a bare address without a name."""
    local = text.partition("@")[0]
    is_right = MAILBOX.fullmatch(text) and len(text) <= 254 and len(local) <= 64
    return "" if is_right else "is not one mailbox such as bookings@example.org"


def is_account_url(text: str) -> bool:
    """Return whether this is the URL of a table service; a token is sent to nothing but https."""
    parts = split_address(text)
    return parts is not None and parts.scheme == "https"


def tables_problem(text: str) -> str:
    """Return what a connection string lacks; the SDK checks the rest. A URL is reached by the app's identity."""
    if "://" in text.partition("=")[0]:
        return "" if is_account_url(text) else "is not like https://ACCOUNT.table.core.windows.net"
    parts = dict(part.partition("=")[::2] for part in text.strip().strip(";").split(";"))
    has_key = bool(parts.get("AccountName") and BASE64.fullmatch(parts.get("AccountKey", "")))
    has_signature = bool(parts.get("SharedAccessSignature") and parts.get("TableEndpoint"))
    is_right = has_key or has_signature or parts.get("UseDevelopmentStorage") == "true"
    return "" if is_right else "is not the connection string of a storage account"


def prefix_problem(text: str) -> str:
    """Return what is wrong with a prefix, by Azure's rules for table names."""
    is_right = not text or re.fullmatch(r"[A-Za-z][A-Za-z0-9]{0,29}", text)
    return "" if is_right else "is not 1 to 30 letters and digits, a letter first"


def client_problem(text: str) -> str:
    """Return what is wrong with the name of a client of the table service."""
    return "" if text in ("own", "sdk") else "is not own or sdk"


def administrators_problem(names: frozenset[str]) -> str:
    """Return what is wrong with the list: it may name no domains and not everybody."""
    is_right = all(one.isprintable() and _names_somebody(one) for one in names)
    return "" if is_right else "names addresses, subjects, group:NAME and role:NAME alone, with commas"


def _names_somebody(name: str) -> bool:
    kind, colon, rest = name.partition(":")
    if "@" in name and not colon and (re.search(r"[\s;<>]", name) or name.count("@") > 1):
        return False  # several without commas, or an address with a name
    return not name.startswith(("*", "@")) and bool(rest or not (colon and kind in ("group", "role")))


def region_problem(text: str) -> str:
    """Return what is wrong with the name of a region; empty if nothing is."""
    return "" if len(text) <= LONGEST_REGION and text.isprintable() else "is not the name of a place"


def backups_problem(text: str) -> str:
    """Return what is wrong with the place of backups; a container is reached by the app's identity alone."""
    is_right = text.startswith("/") or ("://" in text and is_account_url(text) and urlsplit(text).path.strip("/"))
    return (
        ""
        if is_right
        else "is neither a folder, from / on, nor like https://ACCOUNT.blob.core.windows.net/CONTAINER"
    )


def idle_problem(text: str) -> str:
    """Return what is wrong with the minutes that a session may rest; empty if nothing is."""
    return _minutes_problem(text, SHORTEST_IDLE, LONGEST_IDLE)


def proof_problem(text: str) -> str:
    """Return what is wrong with the minutes for which a sign-in allows everything; empty if nothing is."""
    return _minutes_problem(text, 1, LONGEST_PROOF)


def _minutes_problem(text: str, fewest: int, most: int) -> str:
    is_right = text.isascii() and text.isdecimal() and len(text) <= len(str(most))
    is_right = is_right and (int(text) == 0 or fewest <= int(text) <= most)
    return "" if is_right else f"is not a number of minutes from {fewest} to {most}, or 0"
