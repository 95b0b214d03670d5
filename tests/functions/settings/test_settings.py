"""What the app takes for settings: everything that cannot work, or is not safe, is named at the start."""

import re
import secrets as random
from pathlib import Path
from uuid import uuid4

import pytest

from functions.settings.app import KNOWN, SettingsMissing, read_settings, unknown_names
from functions.settings.platform import IdentityEndpoint
from functions.settings.rules import secret_problem
from tests.support.builders import SECRET


ROOT = Path(__file__).parents[3]
RIGHT = {
    "OPENSLOT_TABLES": "DefaultEndpointsProtocol=https;AccountName=book;AccountKey=a2V5;EndpointSuffix=core.windows.net",
    "OPENSLOT_SECRET": SECRET,
    "OPENSLOT_PUBLIC_URL": "https://book.example.org",
}
TOKEN = "gVx3uJpQ8tN5kZ7cW2sY9rL4mD6hB1fA"
# What azd and the tools for backups read, and the app does not.
OF_THE_DEPLOYMENT = {
    "OPENSLOT_TOKEN",
    *re.findall(r"OPENSLOT_[A-Z_]+", (ROOT / "infra/main.parameters.json").read_text()),
    *re.findall(r"output (OPENSLOT_[A-Z_]+)", (ROOT / "infra/main.bicep").read_text()),
}
LOOPBACK = {"OPENSLOT_PUBLIC_URL": "http://localhost:7071", "OPENSLOT_OIDC_AUDIENCE": "api"}


def problems_of(**changes: str) -> str:
    """Return what is told of these settings beside right ones; nothing for right ones."""
    try:
        read_settings({**RIGHT, **{f"OPENSLOT_{name}": value for name, value in changes.items()}})
    except SettingsMissing as wrong:
        return str(wrong)
    return ""


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://book.example.org", "https://book.example.org"),
        ("https://book.example.org/", "https://book.example.org"),
        ("HTTPS://Book.Example.org:8443", "https://book.example.org:8443"),
        ("http://localhost:7071", "http://localhost:7071"),
        ("http://127.0.0.2:80", "http://127.0.0.2:80"),
        ("http://[::1]:7071", "http://[::1]:7071"),
        ("http://clinic.localhost", "http://clinic.localhost"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
    ],
)
def test_the_public_address_is_a_scheme_and_a_host(address, kept):
    assert read_settings({**RIGHT, "OPENSLOT_PUBLIC_URL": address}).public_url == kept


@pytest.mark.parametrize(
    "address",
    [
        "http://book.example.org",
        "http://192.168.1.4:7071",
        "http://localhost.example.org",
        "http://127.0.0.1.example.org",
        "http://[::2]",
        "javascript:alert(1)",
        "ftp://localhost",
        "//book.example.org",
        "book.example.org",
        "https:book.example.org",
        "https://",
        "https:///path",
        "https://book.example.org/app",
        "https://book.example.org//",
        "https://book.example.org?a=1",
        "https://book.example.org?",
        "https://book.example.org/#",
        "https://me:secret@book.example.org",
        "https://book.example.org@evil.example",
        "https://book.example.org\\@evil.example",
        "https://book.example.org:0",
        "https://book.example.org:65536",
        "https://book.example.org:port",
        "https://book.example.org ",
        "https://book.exa\tmple.org",
        "https://book.example.org\r\nX: y",
        "https://-book.example.org",
        "https://bücher.example",
        "https://[::1",
        "https://[book]",
        " https://book.example.org",
    ],
)
def test_another_public_address_is_refused(address):
    assert problems_of(PUBLIC_URL=address).startswith("OPENSLOT_PUBLIC_URL ")


@pytest.mark.parametrize("name", ["SECRET", "SCIM_TOKEN", "TURN_SECRET"])
@pytest.mark.parametrize(
    "secret",
    [
        "x" * 64,
        " " * 40,
        "\t\n" * 20,
        "ab" * 30,
        "abcdefghijklmno" * 3,
        "abcdefghijklmnopqrstuvwxyz0123456789",
        "zyxwvutsrqponmlkjihgfedcba9876543210",
        "0123456789" * 4,
        "0123456789abcdef" * 2,
        "correct horse battery staple, correct horse battery staple, ",
        "<put 32 or more random characters here, please>",
        "sh0rt!",
    ],
)
def test_a_secret_that_can_be_guessed_is_refused_and_not_shown(name, secret):
    said = problems_of(**{name: secret})
    assert said.startswith(f"OPENSLOT_{name} is")
    assert secret not in said


def test_whatever_a_generator_makes_is_a_secret():
    """`openssl rand -hex 16`, `-hex 32`, `-base64 32`, a UUID: none of them is refused by chance."""
    for _ in range(300):
        for made in (random.token_hex(16), random.token_hex(32), random.token_urlsafe(32), f"{uuid4()}"):
            assert secret_problem(made) == "", made


@pytest.mark.parametrize("name", ["SCIM_TOKEN", "TURN_SECRET"])
def test_who_knows_one_secret_does_not_know_another(name):
    assert problems_of(**{name: SECRET}) == f"OPENSLOT_{name} is the same as OPENSLOT_SECRET"
    assert problems_of(**{name: f"{SECRET}\n"}).count("the same as OPENSLOT_SECRET") == 1
    rotating = {"SECRET": f"{SECRET[::-1]}, {TOKEN}", name: TOKEN}
    assert problems_of(**rotating).endswith("is the same as OPENSLOT_SECRET")
    assert problems_of(SCIM_TOKEN=TOKEN, TURN_SECRET=TOKEN).endswith("is the same as OPENSLOT_SCIM_TOKEN")


@pytest.mark.parametrize(
    ("place", "is_right"),
    [
        ("/srv/backups", True),
        ("https://copies.blob.core.windows.net/backups", True),
        ("https://copies.blob.core.windows.net", False),
        ("https://copies.blob.core.windows.net/backups?sv=2024&sig=x", False),
        ("http://copies.blob.core.windows.net/backups", False),
        ("https://me:secret@copies.blob.core.windows.net/backups", False),
        ("backups", False),
        ("s3://copies/backups", False),
    ],
)
def test_backups_are_kept_in_a_folder_or_a_container(place, is_right):
    identity = {"IDENTITY_ENDPOINT": "http://127.0.0.1:42356/msi/token", "IDENTITY_HEADER": "header"}
    settings = {**RIGHT, **identity, "OPENSLOT_BACKUPS": place}
    if is_right:
        assert read_settings(settings).backups == place
    else:
        with pytest.raises(SettingsMissing, match=r"^OPENSLOT_BACKUPS is neither"):
            read_settings(settings)


def test_a_container_needs_an_identity():
    with pytest.raises(
        SettingsMissing, match="OPENSLOT_BACKUPS is a URL, and the platform gives the app no ident"
    ):
        read_settings({**RIGHT, "OPENSLOT_BACKUPS": "https://copies.blob.core.windows.net/backups"})


@pytest.mark.parametrize("token", [f"{TOKEN} {TOKEN[:5]}", f"{TOKEN}\n", f"{TOKEN}é"])
def test_a_token_that_no_header_can_carry_is_refused(token):
    assert problems_of(SCIM_TOKEN=token) == "OPENSLOT_SCIM_TOKEN is not printable ASCII without spaces"
    assert problems_of(SCIM_TOKEN=TOKEN) == ""


@pytest.mark.parametrize(
    "mailbox",
    [
        "bookings",
        "@example.org",
        "bookings@",
        "a@b@c.example",
        "bookings@example.org\r\nBcc: all@example.org",
        "bookings@example.org\n",
        "Clinic <bookings@example.org>",
        "one@example.org, two@example.org",
        "a b@example.org",
        ".a@example.org",
        "a..b@example.org",
        f"{'a' * 65}@example.org",
        f"a@{'b' * 300}.org",
        "accueil@clinique-é.example",
    ],
)
def test_mail_comes_from_one_mailbox(mailbox):
    assert problems_of(MAIL_FROM=mailbox) == "OPENSLOT_MAIL_FROM is not one mailbox such as bookings@example.org"
    assert problems_of(MAIL_FROM="book.ings+eu@example.org") == ""


@pytest.mark.parametrize(
    "url",
    [
        "foo",
        "smtp:",
        "smtp://",
        "http://mail.example",
        "smtp://mail.example:0",
        "smtp://mail.example:70000",
        "smtp://mail.example:smtp",
        "smtp://mail example",
        "smtp://mail.example/inbox",
        "smtp://mail.example?starttls=yes",
        "smtp://mail.example?tls=1",
        "smtp://mail.example#x",
        "smtp://user@mail.example",
        "smtp://:hunter2hunter@mail.example",
        "smtps://user:hunter2hunter@mail.example?starttls=0",
        "smtp://[::1",
        "smtp://mail.example?starttls=0&starttls=1",
        "smtp://user:hunter2hunter@mail.example\r\n",
    ],
)
def test_a_mail_server_that_cannot_be_reached_is_refused_at_the_start(url):
    said = problems_of(SMTP=url)
    assert said.startswith("OPENSLOT_SMTP is not right: ")
    assert "hunter2" not in said


@pytest.mark.parametrize(
    "issuer", ["http://localhost:7076", "http://127.0.0.1:7076", "https://localhost/realms/x", "http://[::1]:7076"]
)
def test_a_provider_on_this_machine_goes_with_pages_on_this_machine_alone(issuer):
    said = problems_of(OIDC_ISSUER=issuer, OIDC_AUDIENCE="api")
    assert said == "OPENSLOT_OIDC_ISSUER is on this machine, and OPENSLOT_PUBLIC_URL is not"
    assert read_settings({**RIGHT, **LOOPBACK, "OPENSLOT_OIDC_ISSUER": issuer}).identity.trust


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"SECRET": "@Microsoft.KeyVault(SecretUri=https://kv-abc.vault.azure.net/secrets/openslot-secret)"},
            "OPENSLOT_SECRET is a reference to a vault",
        ),
        ({"TABLES": "foo"}, "OPENSLOT_TABLES is not the connection string"),
        ({"TABLES": "http://book.table.core.windows.net"}, "OPENSLOT_TABLES is not like https://ACCOUNT"),
        ({"TABLES": "https://key@book.table.core.windows.net"}, "OPENSLOT_TABLES is not like https://ACCOUNT"),
        ({"TABLES": "https://book.table.core.windows.net"}, "the platform gives the app no identity"),
        ({"TABLES": "AccountName=book"}, "OPENSLOT_TABLES is not the connection string"),
        ({"TABLE_PREFIX": "my-app"}, "OPENSLOT_TABLE_PREFIX is not"),
        ({"TABLE_PREFIX": "1app"}, "OPENSLOT_TABLE_PREFIX is not"),
        ({"TABLE_PREFIX": "a" * 31}, "OPENSLOT_TABLE_PREFIX is not"),
        ({"TABLE_CLIENT": "thin"}, "OPENSLOT_TABLE_CLIENT is not own or sdk"),
        ({"ADMINISTRATORS": "*"}, "OPENSLOT_ADMINISTRATORS names"),
        ({"ADMINISTRATORS": "boss@example.org, @example.org"}, "OPENSLOT_ADMINISTRATORS names"),
        ({"ADMINISTRATORS": "group:"}, "OPENSLOT_ADMINISTRATORS names"),
        ({"ADMINISTRATORS": "boss@example.org;other@example.org"}, "OPENSLOT_ADMINISTRATORS names"),
        ({"ADMINISTRATORS": "boss@example.org other@example.org"}, "OPENSLOT_ADMINISTRATORS names"),
        ({"ADMINISTRATORS": "The Boss <boss@example.org>"}, "OPENSLOT_ADMINISTRATORS names"),
        ({"TABLES": "AccountName=;AccountKey="}, "OPENSLOT_TABLES is not the connection string"),
        ({"TABLES": "AccountName=book;AccountKey=<your key>"}, "OPENSLOT_TABLES is not the connection string"),
        ({"CLIENT_ADDRESS": "off"}, "OPENSLOT_CLIENT_ADDRESS is not"),
        ({"CLIENT_ADDRESS": "garbage"}, "OPENSLOT_CLIENT_ADDRESS is not"),
        ({"PUBLIC_URL": "https://book.example.org:"}, "OPENSLOT_PUBLIC_URL is not like"),
        ({"PUBLIC_URL": "https://book..example.org"}, "OPENSLOT_PUBLIC_URL is not like"),
        ({"PUBLIC_URL": "https://book.-example.org"}, "OPENSLOT_PUBLIC_URL is not like"),
        ({"HEADER_PRINCIPAL": "yes"}, "OPENSLOT_HEADER_PRINCIPAL is neither on nor off"),
        ({"OIDC_CLIENT_ID": "console"}, "OPENSLOT_OIDC_ISSUER is not set, and OPENSLOT_OIDC_CLIENT_ID is"),
        ({"OIDC_ISSUER": "https://idp.example?x=1", "OIDC_AUDIENCE": "a"}, "ISSUER is not an https address"),
        ({"OIDC_ISSUER": "https://u:p@idp.example", "OIDC_AUDIENCE": "a"}, "ISSUER is not an https address"),
        (
            {"OIDC_ISSUER": "https://idp.example", "OIDC_AUDIENCE": "a", "OIDC_EMAIL_CLAIM": "my mail"},
            "EMAIL_CLAIM",
        ),
        (
            {"OIDC_ISSUER": "https://idp.example", "OIDC_AUDIENCE": "a", "OIDC_ACR": "a b"},
            "OPENSLOT_OIDC_ACR is not one",
        ),
        (
            {"OIDC_ISSUER": "https://idp.example", "OIDC_AUDIENCE": "a", "OIDC_ACR": "1,2,3,4,5,6"},
            "OPENSLOT_OIDC_ACR",
        ),
        ({"OIDC_ACR": "two"}, "OPENSLOT_OIDC_ISSUER is not set, and OPENSLOT_OIDC_ACR is"),
        ({"CALENDAR_HOSTS": "mail intern"}, "OPENSLOT_CALENDAR_HOSTS is not"),
        ({"CALENDAR_HOSTS": "*"}, "OPENSLOT_CALENDAR_HOSTS is not"),
        ({"CALENDAR_HOSTS": "https://a/b"}, "OPENSLOT_CALENDAR_HOSTS is not"),
        ({"CALENDAR_EVERY": "61"}, "OPENSLOT_CALENDAR_EVERY is not"),
        ({"CALENDAR_EVERY": "-1"}, "OPENSLOT_CALENDAR_EVERY is not"),
        ({"STUN": "turn:a:1"}, "OPENSLOT_STUN is not"),
        ({"STUN": "stun:a:70000"}, "OPENSLOT_STUN is not"),
        ({"STUN": "stun:a?transport=udp"}, "OPENSLOT_STUN is not"),
        ({"STUN": "stun:::::"}, "OPENSLOT_STUN is not"),
        ({"TURN": "turn:user:pass@a:1", "TURN_SECRET": TOKEN}, "OPENSLOT_TURN is not"),
        ({"CLIENT_ADDRESS": "X-Azure-ClientIP"}, ""),
        ({"CLIENT_ADDRESS": "0"}, "OPENSLOT_CLIENT_ADDRESS is not"),
        ({"LIMITS": "address=99999999/1"}, "OPENSLOT_LIMITS is not"),
    ],
)
def test_a_setting_that_cannot_work_is_named(changes, said):
    assert said in problems_of(**changes)
    assert bool(said) == bool(problems_of(**changes))


def test_all_problems_are_named_in_one_message():
    said = problems_of(
        SECRET="s", PUBLIC_URL="foo", SMTP="bar", OIDC_ISSUER="baz", STUN="x", TEAMS_TENANT="y", LIMITS="z"
    )
    for name in (
        "SECRET",
        "PUBLIC_URL",
        "SMTP",
        "OIDC_ISSUER",
        "OIDC_AUDIENCE",
        "STUN",
        "TEAMS_CLIENT_ID",
        "LIMITS",
    ):
        assert f"OPENSLOT_{name} " in said


def test_an_empty_setting_is_as_one_that_is_not_set():
    empty = dict.fromkeys(KNOWN - RIGHT.keys(), "")
    assert read_settings({**RIGHT, **empty}) == read_settings(RIGHT)


def test_a_name_that_is_no_setting_is_found():
    there = {**RIGHT, "OPENSLOT_SCIM_TOKN": TOKEN, "openslot_limits": "off", "PATH": "/bin"}
    assert unknown_names(there) == ["OPENSLOT_SCIM_TOKN", "openslot_limits"]
    assert unknown_names(dict.fromkeys(KNOWN, "x")) == []


SETTING = re.compile(r"\bOPENSLOT_[A-Z][A-Z_]*[A-Z]\b(?!_)")


def test_each_setting_that_is_told_of_is_known():
    docs = (ROOT / ".github" / "docs").glob("*.md")
    modules = (ROOT / "functions").rglob("*.py")
    told = {name for file in (*docs, *modules) for name in SETTING.findall(file.read_text("utf-8"))}
    assert told <= KNOWN | OF_THE_DEPLOYMENT


def test_each_setting_is_in_the_documentation():
    told = {*SETTING.findall((ROOT / ".github" / "docs" / "settings.md").read_text("utf-8"))}
    assert told == KNOWN


OTHER = "n7Qe2LkVw9RzXf4Tb8YsCj3Hm6PdGuA1"


@pytest.mark.parametrize("between", [",", " ", "\n", " , "])
def test_the_secret_may_list_the_new_one_and_the_one_before(between):
    settings = read_settings({**RIGHT, "OPENSLOT_SECRET": f"{OTHER}{between}{SECRET}"})
    assert settings.secret == f"{OTHER}\n{SECRET}"


@pytest.mark.parametrize("secret", [f"{OTHER},short", f"{OTHER},{OTHER}", f"{OTHER},{'ab' * 20}"])
def test_each_secret_of_a_list_is_as_long_and_random_as_one_alone(secret):
    assert problems_of(SECRET=secret).startswith("OPENSLOT_SECRET")


def test_the_token_of_the_provider_is_none_of_the_secrets():
    assert "the same" in problems_of(SECRET=f"{OTHER},{TOKEN}", SCIM_TOKEN=TOKEN)


def test_a_url_of_tables_is_reached_by_the_platforms_identity():
    given = {
        "OPENSLOT_TABLES": "https://book.table.core.windows.net/",
        "IDENTITY_ENDPOINT": "http://localhost:1/msi",
    }
    found = read_settings({**RIGHT, **given, "IDENTITY_HEADER": "only-ours", "AZURE_CLIENT_ID": "c"})
    assert found.platform == IdentityEndpoint("http://localhost:1/msi", "only-ours", "c")
    assert "only-ours" not in repr(found.platform)
    assert (
        read_settings({**RIGHT, "IDENTITY_ENDPOINT": "http://localhost:1", "IDENTITY_HEADER": "h"}).platform
        is None
    )
