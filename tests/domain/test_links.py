"""A link opens what it was made for, until it expires; whatever else comes is nothing, and never an error."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from itertools import product
from string import ascii_letters, digits

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.links import SignedLink, digest, new_id, read_link, sign
from tests.support.builders import SECRET
from tests.support.examples import examples


NOW = datetime(2027, 1, 11, 7, 0, tzinfo=UTC)
EXPIRES = int((NOW + timedelta(days=1)).timestamp())
LINK = SignedLink("manage", "biz0clinic", "a" * 26, "b" * 26, 1, EXPIRES)
PATH_CHARACTERS = ascii_letters + digits + "-_.~"
# One payload of each length modulo 3: base64 ends differently.
LINKS = [LINK._replace(business=name) for name in ("biz0clinic", "biz0clinics", "biz0clinical")]

ids = st.text(st.sampled_from(ascii_letters + digits + "._|-"), min_size=1, max_size=40)
links = st.builds(
    SignedLink, st.just("manage"), ids, ids, ids, st.integers(1, 10**6), st.integers(EXPIRES, EXPIRES + 10**9)
)


def opens(token, scope="manage", secret=SECRET, now=NOW):
    return read_link(secret, token, scope, now)


def with_bit_flipped(token, at, bit):
    raw = bytearray(token.encode())
    raw[at] ^= 1 << bit
    return raw.decode("latin-1")


@given(links)
def test_a_link_comes_back_from_its_token(link):
    assert opens(sign(SECRET, link)) == link


@given(links)
def test_a_token_is_one_segment_of_a_path(link):
    token = sign(SECRET, link)
    assert set(token) <= set(PATH_CHARACTERS)
    assert token not in (".", "..")


def test_a_tag_has_128_bits():
    tag = sign(SECRET, LINK).partition(".")[2]
    assert len(urlsafe_b64decode(tag + "==")) == 16


@pytest.mark.parametrize("link", LINKS)
def test_no_single_bit_of_a_token_can_be_flipped(link):
    token = sign(SECRET, link)
    accepted = [
        (at, bit)
        for at, bit in product(range(len(token)), range(8))
        if opens(with_bit_flipped(token, at, bit)) is not None
    ]
    assert accepted == []


@pytest.mark.parametrize("link", LINKS)
def test_no_single_character_of_a_token_can_be_exchanged_for_another(link):
    token = sign(SECRET, link)
    characters = PATH_CHARACTERS + "=+/%! \n\0é"
    accepted = [
        (at, other)
        for at, other in product(range(len(token)), characters)
        if other != token[at] and opens(token[:at] + other + token[at + 1 :]) is not None
    ]
    assert accepted == []


@pytest.mark.parametrize("link", LINKS)
def test_no_character_can_be_put_into_a_token_or_left_out(link):
    token = sign(SECRET, link)
    longer = [token[:at] + more + token[at:] for at, more in product(range(len(token) + 1), "aA0-_.~=!+/ \n")]
    shorter = [token[:at] + token[at + 1 :] for at in range(len(token))]
    assert [one for one in longer + shorter if opens(one) is not None] == []


def test_a_token_cut_short_anywhere_opens_nothing():
    token = sign(SECRET, LINK)
    assert [at for at in range(len(token)) if opens(token[:at]) is not None] == []
    assert [at for at in range(1, len(token)) if opens(token[at:]) is not None] == []


def test_the_payload_of_one_token_with_the_tag_of_another_opens_nothing():
    mine, other = sign(SECRET, LINK), sign(SECRET, LINK._replace(seat="c" * 26))
    assert opens(f"{mine.partition('.')[0]}.{other.partition('.')[2]}") is None


@pytest.mark.parametrize(
    "change", [{"business": "biz0other"}, {"link_version": 2}, {"expires": EXPIRES + 1}, {"scope": "ics"}]
)
def test_a_payload_written_anew_needs_a_tag_of_its_own(change):
    tag = sign(SECRET, LINK).partition(".")[2]
    text = "~".join(str(part) for part in LINK._replace(**change))
    payload = urlsafe_b64encode(text.encode()).decode().rstrip("=")
    assert opens(f"{payload}.{tag}", change.get("scope", "manage")) is None


def test_a_longer_tag_cut_from_the_same_mac_is_not_a_second_spelling():
    payload = sign(SECRET, LINK).partition(".")[0]
    text = urlsafe_b64decode(payload + "=" * (-len(payload) % 4)).decode()
    whole = urlsafe_b64encode(digest(SECRET, "link", text)).decode().rstrip("=")
    assert opens(f"{payload}.{whole}") is None


def test_a_link_of_one_scope_does_not_open_another():
    assert opens(sign(SECRET, LINK), "ics") is None
    assert opens(sign(SECRET, LINK._replace(scope="ics")), "manage") is None
    assert opens(sign(SECRET, LINK._replace(scope="ics")), "ics") is not None


@pytest.mark.parametrize(
    ("later", "is_open"), [(timedelta(seconds=-1), True), (timedelta(), False), (timedelta(seconds=1), False)]
)
def test_a_link_opens_until_it_expires_and_not_from_then_on(later, is_open):
    now = datetime.fromtimestamp(EXPIRES, UTC) + later
    asked = LINK._replace(scope="membership")
    assert (opens(sign(SECRET, asked), "membership", now=now) is not None) is is_open


@pytest.mark.parametrize("secret", ["", SECRET[:-1], SECRET + "x", SECRET.upper()])
def test_a_link_made_with_another_secret_opens_nothing(secret):
    assert opens(sign(secret, LINK)) is None


def test_a_tag_made_for_something_else_with_the_same_secret_is_no_link():
    text = "~".join(str(part) for part in LINK)
    payload = urlsafe_b64encode(text.encode()).decode().rstrip("=")
    for purpose in ("id", "customer", ""):
        tag = urlsafe_b64encode(digest(SECRET, purpose, text)[:16]).decode().rstrip("=")
        assert opens(f"{payload}.{tag}") is None


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "..",
        "a",
        "a.",
        ".a",
        "=.=",
        "====",
        "é.é",
        "\ud800.\udfff",
        "\0",
        "%00",
        "🎉",
        "a" * 10_000,
        "?" * 7,
    ],
)
def test_garbage_opens_nothing(token):
    assert opens(token) is None


@settings(max_examples=examples(500))
@given(st.one_of(st.text(), st.text(st.characters(codec=None)), st.text(PATH_CHARACTERS)))
def test_no_text_whatever_opens_anything_or_raises(text):
    assert opens(text) is None
    assert opens(f"{text}.{text}") is None


@settings(max_examples=examples(300))
@given(st.text(st.characters(codec=None), max_size=3), st.integers(0, 200), st.integers(0, 3))
def test_a_true_token_with_any_text_written_into_it_opens_nothing_else(text, at, over):
    token = sign(SECRET, LINK)
    other = token[:at] + text + token[at + over :]
    assert (opens(other) is not None) is (other == token)


@settings(max_examples=examples(300))
@given(st.binary(max_size=60))
def test_signed_text_that_is_no_link_opens_nothing_or_raises(data):
    text = data.decode("latin-1")
    payload = urlsafe_b64encode(text.encode()).decode().rstrip("=")
    tag = urlsafe_b64encode(digest(SECRET, "link", text)[:16]).decode().rstrip("=")
    assert opens(f"{payload}.{tag}") is None


def test_an_id_is_26_characters_told_apart_by_every_part():
    ids = {new_id(SECRET, *parts) for parts in [("a",), ("b",), ("a", ""), ("", "a"), ("a", "b"), ("ab",), ()]}
    assert len(ids) == 7
    assert all(len(one) == 26 and set(one) <= set("abcdefghijklmnopqrstuvwxyz234567") for one in ids)
    assert new_id(SECRET, "a") == new_id(SECRET, "a")
    assert new_id("another", "a") != new_id(SECRET, "a")


@given(st.lists(st.text(), max_size=4), st.lists(st.text(), max_size=4))
def test_parts_have_the_same_digest_only_where_they_are_the_same(one, other):
    assert (digest(SECRET, *one) == digest(SECRET, *other)) is (one == other)
