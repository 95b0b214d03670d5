"""The servers by which two browsers find each other: their credentials and their settings."""

from datetime import timedelta

import pytest

from functions.settings.ice_servers import RoomServers, read_room_servers
from tests.functions.visits.app import START


def test_credentials_for_a_relay_are_the_partys_own_and_expire():
    servers = RoomServers(("stun:s.example:3478",), ("turn:t.example:3478?transport=udp",), "shared")
    stun, turn = servers.for_party("a.ana", START)
    assert stun == {"urls": ["stun:s.example:3478"]}
    assert turn["username"] == f"{int((START + timedelta(hours=8)).timestamp())}:a.ana"
    assert turn["credential"] == "z6x4JPOzNkK6zURTl1swpPfrXgQ="
    assert RoomServers().for_party("a.ana", START) == []


def test_settings_of_servers_are_read_and_wrong_ones_named():
    read = read_room_servers({"OPENSLOT_STUN": "stun:a:1, stun:b:2", "OPENSLOT_TURN": ""})
    assert read.stun == ("stun:a:1", "stun:b:2")
    with pytest.raises(ValueError, match="OPENSLOT_TURN_SECRET"):
        read_room_servers({"OPENSLOT_TURN": "turn:t:1"})
    for wrong in ("http://x", "turn:x", "stun:"):
        with pytest.raises(ValueError, match="OPENSLOT_STUN"):
            read_room_servers({"OPENSLOT_STUN": wrong})
