"""One setting holds the secrets while they rotate; what one of them sealed or signed, the list opens."""

import pytest

from shared.domain.links import SignedLink, digest, new_id, read_link, sign
from shared.domain.secrets import naming, read_secrets, signing, verifying
from shared.domain.signed_text import seal, sealed_by, unseal
from tests.support.builders import MONDAY


OLD, NEW = "the-old-secret-of-the-tests-of-rotation", "the-new-secret-of-the-tests-of-rotation"
BOTH = f"{NEW}\n{OLD}"
LINK = SignedLink("manage", "biz0clinic", "a", "s", 1, 2_000_000_000)


@pytest.mark.parametrize("text", [f"{NEW},{OLD}", f" {NEW} , {OLD} ", f"{NEW}\n{OLD}\n", f"{NEW}\t{OLD},"])
def test_secrets_are_listed_with_commas_or_white_space(text):
    assert read_secrets(text) == BOTH
    assert (signing(BOTH), naming(BOTH), verifying(BOTH)) == (NEW, OLD, [NEW, OLD])


def test_a_phrase_is_one_secret():
    phrase = "correct horse, battery staple and so on"
    assert read_secrets(phrase) == phrase


def test_one_secret_alone_does_everything():
    assert (signing(OLD), naming(OLD), verifying(OLD)) == (OLD, OLD, [OLD])


def test_links_are_signed_by_the_new_secret_and_read_by_both():
    assert sign(BOTH, LINK) == sign(NEW, LINK)
    for secret in (OLD, NEW):
        assert read_link(BOTH, sign(secret, LINK), "manage", MONDAY) == LINK
    assert read_link(BOTH, sign("another", LINK), "manage", MONDAY) is None
    assert read_link(NEW, sign(OLD, LINK), "manage", MONDAY) is None


def test_seals_are_the_new_secrets_and_broken_with_either():
    assert seal(BOTH, "cookie", "text") == seal(NEW, "cookie", "text")
    for secret in (OLD, NEW):
        sealed = seal(secret, "cookie", "text")
        assert (unseal(BOTH, "cookie", sealed), sealed_by(BOTH, "cookie", sealed)) == ("text", secret)
        assert unseal(BOTH, "other", sealed) is None
    assert unseal(BOTH, "cookie", seal("another", "cookie", "text")) is None
    assert unseal(BOTH, "cookie", "nothing.ünd") is None


def test_what_is_named_keeps_its_name_while_the_old_secret_is_listed():
    assert new_id(BOTH, "a") == new_id(OLD, "a") != new_id(NEW, "a")
    assert digest(BOTH, "a") == digest(NEW, "a")
