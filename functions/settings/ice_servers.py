"""The STUN and TURN servers of visits, and each participant's credentials for them."""

import hmac
import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any


HOST = r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\])(?::(?P<port>[0-9]{1,5}))?"
SERVERS = {
    "OPENSLOT_STUN": re.compile(rf"stuns?:{HOST}"),  # browsers throw an error if anything follows
    "OPENSLOT_TURN": re.compile(rf"turns?:{HOST}(?:\?transport=(?:udp|tcp))?"),
}
LAST_PORT = 65535
CREDENTIALS_LAST = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class RoomServers:
    """STUN and TURN servers. Without any, browsers connect within one network, and often beyond."""

    stun: tuple[str, ...] = ()
    turn: tuple[str, ...] = ()
    turn_secret: str = field(default="", repr=False)

    def for_party(self, party: str, now: datetime, lasting: timedelta = CREDENTIALS_LAST) -> list[dict[str, Any]]:
        """Return the iceServers of RTCPeerConnection for a participant.

        Credentials are those of coturn's REST API, `lasting` 8 hours for a room: a page that leaks them gives no
        lasting access.
        """
        servers: list[dict[str, Any]] = [{"urls": list(self.stun)}] if self.stun else []
        if self.turn:
            user = f"{int((now + lasting).timestamp())}:{party}"
            password = b64encode(hmac.digest(self.turn_secret.encode(), user.encode(), "sha1")).decode()
            servers.append({"urls": list(self.turn), "username": user, "credential": password})
        return servers


def read_room_servers(environ: Mapping[str, str]) -> RoomServers:
    """Return OPENSLOT_STUN, OPENSLOT_TURN and OPENSLOT_TURN_SECRET. Raises ValueError."""
    stun, turn = _servers(environ, "OPENSLOT_STUN"), _servers(environ, "OPENSLOT_TURN")
    secret = environ.get("OPENSLOT_TURN_SECRET", "")
    if turn and not secret:
        raise ValueError("OPENSLOT_TURN needs OPENSLOT_TURN_SECRET")
    return RoomServers(stun, turn, secret)


def _servers(environ: Mapping[str, str], name: str) -> tuple[str, ...]:
    found = tuple(part.strip() for part in environ.get(name, "").split(",") if part.strip())
    matches = [SERVERS[name].fullmatch(one) for one in found]
    if not all(match and 0 < int(match["port"] or 1) <= LAST_PORT for match in matches):
        raise ValueError(f"{name} is not like {name[-4:].lower()}:HOST:PORT, with commas")
    return found
