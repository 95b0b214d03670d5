"""Who calls, and what they may do: roles from the staff, scopes from tokens, and calendars that are not there."""

from __future__ import annotations

import asyncio
import base64
import json
from dataclasses import replace as replaced
from datetime import timedelta

import azure.functions as func
import pytest

from functions.access import Access, access_in, access_to, authorised, caller_of
from functions.http import api
from functions.problems import FormExpired, Unauthenticated
from functions.session import COOKIE, form_token, session_cookie
from functions.settings_identity import IdentitySettings, read_identity
from functions.wiring import given
from shared.delivery.identity import ProviderAway, Trust
from shared.domain.errors import Forbidden, NotFound, TryAgain
from shared.domain.organisation import Organisation
from shared.domain.permissions import (
    APPOINTMENTS,
    GRAPH_SCOPES,
    MANAGE,
    PERMISSIONS,
    READ,
    SESSION,
    WRITE,
    Caller,
    Operation,
    may,
)
from shared.use_cases.organisation import change_organisation
from tests.builders import a_business, a_calendar, a_person
from tests.functions.world import ORGANISATION_ADMINISTRATOR, PUBLIC_URL, World


ROLES = ("administrator", "scheduler", "team_member", "viewer", "guest")
CLINIC, OTHER, MISSING = "biz0clinic", "biz0other", "biz0missing"


def a_clinic(business: str = CLINIC):
    mark = "" if business == CLINIC else "-of-other"
    people = [a_person(f"{role}{mark}", role=role, email=f"{role}{mark}@clinic.example") for role in ROLES]
    return a_calendar(a_business(id=business, slug=business), staff=people)


@pytest.fixture
async def world() -> World:
    world = World()
    await world.save(a_clinic())
    await world.save(a_clinic(OTHER))
    return world


def a_request(authorization: str = "", url: str = "/v1.0/x", method: str = "GET", body=b"", **headers: str):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if authorization:
        named["authorization"] = authorization
    return func.HttpRequest(method, PUBLIC_URL + url, headers=named, body=body)


async def ask(world: World, operation: Operation, business: str = CLINIC, authorization: str = "") -> Access:
    with given(world.services):
        return await authorised(a_request(authorization), business, operation)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("operation", Operation)
async def test_the_table_is_what_is_enforced(world, role, operation):
    rule = PERMISSIONS[operation]
    token = world.tokens.of(f"{role}@clinic.example", *GRAPH_SCOPES)
    expected = role in rule.roles and bool(rule.delegated)
    if role == "guest":
        with pytest.raises(NotFound):
            await ask(world, operation, authorization=token)
    elif expected:
        assert (await ask(world, operation, authorization=token)).role == role
    else:
        with pytest.raises(Forbidden):
            await ask(world, operation, authorization=token)


@pytest.mark.parametrize("business", [OTHER, MISSING, "", "a/b", "x" * 200, "a b", "é", "0biz'"])
@pytest.mark.parametrize("who", ["administrator@clinic.example", "outsider@example.org"])
async def test_foreign_and_missing_calendars_are_alike(world, who, business):
    with pytest.raises(NotFound) as refusal:
        await ask(world, Operation.READ_CALENDAR, business, world.tokens.of(who))
    assert refusal.value.detail == ""


@pytest.mark.parametrize(
    "header", ["Basic YTpi", "Bearer", "Bearer ", "Bearer a b", "Bearer é", "bearer x" + "y" * 20000, "x"]
)
async def test_a_malformed_header_is_an_invalid_token(world, header):
    with given(world.services), pytest.raises(Unauthenticated) as refusal:
        await caller_of(a_request(header))
    assert refusal.value.challenge == 'Bearer error="invalid_token"'


async def test_without_a_token_one_is_asked_for(world):
    @api
    async def handler(req):
        await caller_of(req)
        return func.HttpResponse()

    with given(world.services):
        answer = await handler(a_request())
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert json.loads(answer.get_body())["type"] == "/problems/unauthenticated"


async def test_a_token_of_nobody_is_refused(world):
    with given(world.services), pytest.raises(Unauthenticated):
        await caller_of(a_request("Bearer token-77"))


async def test_a_provider_that_is_away_is_no_verdict(world):
    class Away:
        async def verify(self, token, now):
            raise ProviderAway

    with given(replaced(world.services, identity=Away)), pytest.raises(TryAgain):
        await caller_of(a_request("Bearer x"))


async def test_addresses_count_whatever_their_case(world):
    token = world.tokens.of("Viewer@Clinic.EXAMPLE")
    assert (await ask(world, Operation.READ_CALENDAR, authorization=token)).role == "viewer"


async def test_of_several_entries_the_strongest_role_counts_and_all_are_ones_own():
    people = [
        a_person("one", role="viewer", email="a@b.example"),
        a_person("two", role="scheduler", email="A@b.example"),
    ]
    access = access_in(Caller("s", "a@b.example"), a_calendar(staff=people))
    assert (access.role, access.people) == ("scheduler", {"one", "two"})


async def test_an_entry_without_an_address_is_nobodys():
    calendar = a_calendar(staff=[a_person("one", role="administrator", email="")])
    for caller in (Caller("s"), Caller("s", "a@b.example"), Caller("s", is_application=True)):
        assert access_in(caller, calendar).role is None


async def test_who_was_removed_has_no_role(world):
    token = world.tokens.of("viewer@clinic.example")
    await ask(world, Operation.READ_CALENDAR, authorization=token)
    other = world.another_process()
    calendar = await other.store.calendars.reload(CLINIC)
    await asyncio.sleep(0.11)  # what was read a moment ago is not asked about again
    changed = a_person("viewer", role="viewer", email="somebody-else@clinic.example")
    await other.save(a_calendar(calendar.business, staff=[changed]))
    with pytest.raises(NotFound):
        await ask(world, Operation.READ_CALENDAR, authorization=token)


async def test_what_asks_again_and_again_reads_nothing_more(world):
    caller = Caller("s", "viewer@clinic.example", scopes=frozenset({MANAGE}))
    with given(world.services):
        await access_to(caller, CLINIC)
        await asyncio.sleep(0.11)
        await access_to(caller, CLINIC)
        before = world.table.requests
        for _ in range(3):
            assert (await access_to(caller, CLINIC, within=30)).role == "viewer"
        assert world.table.requests == before
        await asyncio.sleep(0.11)
        await access_to(caller, CLINIC)
        assert world.table.requests == before + 1


def looks(world: World, business: str) -> list[str]:
    rows = world.table.rows("bookings", business)
    told = [json.loads(row.values["body"]) for row in rows if row.key.startswith("Z|")]
    return [one["actor"] for one in told if one["action"] == "looked at by the organisation"]


async def test_an_organisation_administrator_who_looks_in_is_told_of_once_an_hour(world):
    token = world.tokens.of(ORGANISATION_ADMINISTRATOR)
    for _ in range(3):
        await ask(world, Operation.READ_BOOKINGS, OTHER, token)
    with given(world.another_process().services):
        await authorised(a_request(token), OTHER, Operation.READ_BOOKINGS)
    assert looks(world, OTHER) == [ORGANISATION_ADMINISTRATOR]
    world.now += timedelta(hours=1)
    await ask(world, Operation.READ_BOOKINGS, OTHER, token)
    assert len(looks(world, OTHER)) == 2
    await ask(world, Operation.READ_CALENDAR, CLINIC, world.tokens.of("administrator@clinic.example"))
    await ask(world, Operation.READ_CALENDAR, CLINIC, world.tokens.of_application())
    assert looks(world, CLINIC) == []


async def test_organisation_administrators_may_do_all_and_the_audit_can_tell(world):
    token = world.tokens.of(ORGANISATION_ADMINISTRATOR)
    access = await ask(world, Operation.ERASE_CUSTOMER, OTHER, token)
    assert access.is_by_organisation
    assert access.actor == ORGANISATION_ADMINISTRATOR
    with pytest.raises(NotFound):
        await ask(world, Operation.READ_CALENDAR, MISSING, token)
    with pytest.raises(Forbidden):
        await ask(world, Operation.CHANGE_SETTINGS, CLINIC, world.tokens.of(ORGANISATION_ADMINISTRATOR, READ))


@pytest.mark.parametrize("name", ["subject-of-ana@x.example", "ana@x.example", "role:Heads", "group:g1"])
async def test_settings_name_organisation_administrators_in_four_ways(world, name):
    settings = replaced(world.services.settings, administrators=frozenset({name}))
    token = world.tokens.of(
        "Ana@x.example" if "@x" in name and "sub" not in name else "ana@x.example",
        groups=("role:Heads", "group:g1"),
    )
    with given(replaced(world.services, settings=settings)):
        assert (await caller_of(a_request(token))).is_organisation_administrator


@pytest.mark.parametrize("name", ["subject-of-ana@x.example", "Ana@X.example", "role:Heads", "group:g1"])
async def test_the_organisation_names_administrators_of_its_own(world, name):
    def edit(organisation):
        return organisation.model_copy(update={"administrators": (name,)})

    await change_organisation(edit, actor="head", number="1", store=world.store, now=world.now)
    with given(world.services):
        ana = await caller_of(a_request(world.tokens.of("ana@x.example", groups=("role:Heads", "group:g1"))))
        assert ana.is_organisation_administrator
        assert not (await caller_of(a_request(world.tokens.of("zoe@x.example")))).is_organisation_administrator
        program = await caller_of(a_request(world.tokens.of_application()))
        assert not program.is_organisation_administrator


@pytest.mark.parametrize("name", ["*", "@x.example"])
async def test_no_crowd_is_made_organisation_administrators(world, name):
    def edit(organisation):
        return organisation.model_copy(update={"administrators": (name,)})

    await change_organisation(edit, actor="head", number="1", store=world.store, now=world.now)
    with given(world.services):
        caller = await caller_of(a_request(world.tokens.of("ana@x.example")))
    assert not caller.is_organisation_administrator


async def test_the_organisation_may_name_users_and_creators_by_group(world):
    organisation = Organisation(users=("group:staff",), creators=("role:Founders",))
    plain = Caller("s", "ana@x.example")
    assert not organisation.may_use(plain)
    assert organisation.may_use(replaced(plain, groups=frozenset({"group:staff"})))
    assert organisation.may_create(replaced(plain, groups=frozenset({"role:Founders"})))
    assert not organisation.may_create(replaced(plain, groups=frozenset({"group:staff"})))


async def test_an_application_is_never_an_organisation_administrator(world):
    settings = replaced(world.services.settings, administrators=frozenset({"an-application", ""}))
    with given(replaced(world.services, settings=settings)):
        caller = await caller_of(a_request(world.tokens.of_application()))
    assert not caller.is_organisation_administrator


@pytest.mark.parametrize("operation", Operation)
@pytest.mark.parametrize("scope", GRAPH_SCOPES)
async def test_applications_act_on_every_calendar_within_their_permissions(world, operation, scope):
    token = world.tokens.of_application(scope)
    if scope in PERMISSIONS[operation].application:
        assert await ask(world, operation, OTHER, token)
    else:
        with pytest.raises(Forbidden):
            await ask(world, operation, OTHER, token)
    with pytest.raises(NotFound):
        await ask(world, operation, MISSING, token)


AS_LISTED = {
    # operation: (delegated, application): R A W M, "-" for none
    Operation.LIST_CALENDARS: ("RAWM", "RWM"),
    Operation.CREATE_CALENDAR: ("M", "-"),
    Operation.READ_CALENDAR: ("RAWM", "RAWM"),
    Operation.CHANGE_SETTINGS: ("WM", "WM"),
    Operation.DELETE_CALENDAR: ("M", "-"),
    Operation.PUBLISH: ("M", "M"),
    Operation.READ_AVAILABILITY: ("-", "RAWM"),
    Operation.VIEW_BOOKINGS: ("RAWM", "RAWM"),
    Operation.CREATE_BOOKING: ("AWM", "AWM"),
    Operation.CHANGE_BOOKING: ("AWM", "AWM"),
    Operation.DELETE_BOOKING: ("AWM", "AWM"),
    Operation.CANCEL_BOOKING: ("AWM", "WM"),
    Operation.CHANGE_CUSTOMER: ("AWM", "AWM"),
    Operation.DELETE_CUSTOMER: ("AWM", "AWM"),
    Operation.CHANGE_SERVICES: ("WM", "WM"),
    Operation.CHANGE_STAFF: ("WM", "WM"),
    Operation.CHANGE_QUESTIONS: ("AWM", "WM"),
    Operation.READ_CURRENCIES: ("RAWM", "-"),
}


@pytest.mark.parametrize(("operation", "listed"), AS_LISTED.items(), ids=str)
def test_scopes_are_as_graph_lists_them(operation, listed):
    scopes = dict(zip("RAWM", (READ, APPOINTMENTS, WRITE, MANAGE), strict=True))
    for letter, scope in scopes.items():
        person = Caller("s", scopes=frozenset({scope}), is_organisation_administrator=True)
        program = Caller("s", scopes=frozenset({scope}), is_application=True)
        assert may(person, None, operation) is (letter in listed[0]), scope
        assert may(program, None, operation) is (letter in listed[1]), scope


def test_nobody_may_anything_without_a_scope():
    for operation in Operation:
        assert not may(Caller("s"), "administrator", operation)
        assert not may(Caller("s", is_organisation_administrator=True), "administrator", operation)
        assert not may(Caller("s", scopes=frozenset({SESSION}), is_application=True), None, operation)
        assert may(Caller("s", scopes=frozenset({SESSION})), "administrator", operation) is bool(
            "administrator" in PERMISSIONS[operation].roles
        )


async def test_team_members_change_their_own_appointments_only(world):
    access = await ask(
        world, Operation.CHANGE_BOOKING, authorization=world.tokens.of("team_member@clinic.example")
    )
    assert access.may_change(["viewer", "team_member"])
    assert access.may_read_answers(["team_member"])
    assert not access.may_change(["viewer"])
    assert not access.may_read_answers([])
    with pytest.raises(Forbidden):
        access.require_change(["viewer"])
    scheduler = await ask(
        world, Operation.CHANGE_BOOKING, authorization=world.tokens.of("scheduler@clinic.example")
    )
    assert scheduler.may_change([])


def signed_in(world: World, email: str, groups: frozenset[str] = frozenset()) -> str:
    caller = Caller(f"subject-of-{email}", email, "Zoé", scopes=frozenset({MANAGE}), groups=groups)
    with given(world.services):
        return session_cookie(caller, ["role:Heads"], world.now).partition(";")[0]


async def test_a_session_names_its_person_on_console_routes_alone(world):
    cookie = signed_in(world, "viewer@clinic.example", frozenset({"role:Heads", "group:other"}))
    with given(world.services):
        for url in ("/console", "/console/queue?x=1", "/Console/Queue"):
            caller = await caller_of(a_request(url=url, cookie=cookie))
            assert (caller.email, caller.name, caller.scopes) == ("viewer@clinic.example", "Zoé", {SESSION})
            assert caller.groups == {"role:Heads"}
        for url in ("/v1.0/console/", "/consoles", "/api/x?/console/", "/book/console/x", "/", "/v1.0/../console"):
            with pytest.raises(Unauthenticated):
                await caller_of(a_request(url=url, cookie=cookie))


async def test_a_session_ends_after_twelve_hours(world):
    cookie = signed_in(world, "viewer@clinic.example")
    request = a_request(url="/console", cookie=cookie)
    world.now += timedelta(hours=12) - timedelta(seconds=1)
    with given(world.services):
        assert await caller_of(request)
        world.now += timedelta(seconds=1)
        with pytest.raises(Unauthenticated):
            await caller_of(request)


FORM = "application/x-www-form-urlencoded"


async def test_changes_by_a_session_carry_its_token_and_come_from_our_pages(world):
    cookie = signed_in(world, "viewer@clinic.example")
    other = signed_in(world, "scheduler@clinic.example")
    page = {"url": "/console/x", "cookie": cookie}
    with given(world.services):
        token = form_token(a_request(**page))
        foreign = form_token(a_request(url="/console/x", cookie=other))
        form = f"a=b&csrf={token}".encode()
        sent = {**page, "method": "POST", "content_type": FORM, "body": form}
        for good in (
            sent,
            {**sent, "origin": PUBLIC_URL},
            {**sent, "sec_fetch_site": "same-origin"},
            {**sent, "sec_fetch_site": "same-origin", "origin": "null"},
            {**sent, "origin": "null"},
            {**page, "method": "DELETE", "x_csrf_token": token},
        ):
            assert await caller_of(a_request(**good))
        for bad in (
            {**sent, "origin": "https://evil.example"},
            {**sent, "origin": "null", "sec_fetch_site": "cross-site"},
            {**sent, "origin": f"{PUBLIC_URL}.evil.example"},
            {**sent, "sec_fetch_site": "cross-site"},
            {**sent, "sec_fetch_site": "same-site"},
            {**sent, "body": b"a=b"},
            {**sent, "body": f"csrf={foreign}".encode()},
            {**sent, "body": f"csrf={token}&csrf=".encode() + b"%ff"},
            {**sent, "body": b"\xff" + form},
            {**sent, "content_type": "text/plain"},
            {**sent, "content_type": "application/json"},
            {**page, "method": "POST", "x_csrf_token": foreign},
            {**page, "method": "PATCH"},
            {**sent, "body": b"&".join([b"a=b"] * 2000) + b"&" + form},
        ):
            with pytest.raises(FormExpired):
                await caller_of(a_request(**bad))


async def test_a_form_with_a_file_carries_the_token_too(world):
    cookie = signed_in(world, "viewer@clinic.example")
    with given(world.services):
        token = form_token(a_request(url="/console/x", cookie=cookie))
        body = f'--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n{token}\r\n--x--\r\n'.encode()
        sent = a_request(
            url="/console/x",
            method="POST",
            cookie=cookie,
            content_type="multipart/form-data; boundary=x",
            body=body,
        )
        assert await caller_of(sent)


async def test_a_session_that_does_not_fit_into_a_cookie_is_not_begun(world):
    with given(world.services), pytest.raises(ValueError, match="does not fit"):
        session_cookie(Caller("s", groups=frozenset({"g" * 4000})), ["g" * 4000], world.now)


async def test_cookies_are_secure_where_the_app_is(world):
    with given(world.services):
        assert session_cookie(Caller("s"), [], world.now).endswith("; HttpOnly; SameSite=Lax; Secure")
    plain = replaced(world.services.settings, public_url="http://localhost:7071")
    with given(replaced(world.services, settings=plain)):
        assert "Secure" not in session_cookie(Caller("s"), [], world.now)


async def test_a_session_is_of_one_secret(world):
    cookie = signed_in(world, "viewer@clinic.example")
    other = replaced(world.services.settings, secret="another-secret-that-is-long-enough-for-it")
    with given(replaced(world.services, settings=other)), pytest.raises(Unauthenticated):
        await caller_of(a_request(url="/console", cookie=cookie))
    with given(world.services), pytest.raises(Unauthenticated):
        await caller_of(a_request(url="/console", cookie=cookie.replace(COOKIE, "other")))


def a_principal(*claims: tuple[str, str]) -> str:
    document = {"auth_typ": "aad", "claims": [{"typ": kind, "val": value} for kind, value in claims]}
    return base64.b64encode(json.dumps(document).encode()).decode()


ENTRA = "http://schemas.microsoft.com/identity/claims/"
ANA = (
    (f"{ENTRA}objectidentifier", "oid-of-ana"),
    (f"{ENTRA}tenantid", "t1"),
    ("preferred_username", "viewer@clinic.example"),
    ("name", "Ana"),
    ("roles", "Heads"),
    ("groups", "g1"),
)


def believing(world: World, trust: Trust | None = None):
    settings = replaced(world.services.settings, identity=IdentitySettings(trust, believes_headers=True))
    return replaced(world.services, settings=settings)


async def test_the_platforms_header_is_ignored_unless_switched_on(world):
    request = a_request(x_ms_client_principal=a_principal(*ANA))
    with given(world.services), pytest.raises(Unauthenticated):
        await caller_of(request)
    with given(believing(world)):
        caller = await caller_of(request)
        assert (caller.subject, caller.email, caller.tenant) == ("oid-of-ana", "viewer@clinic.example", "t1")
        assert caller.groups == {"role:Heads", "group:g1"}
        assert (await authorised(request, CLINIC, Operation.READ_CALENDAR)).role == "viewer"


async def test_the_platforms_people_are_bound_by_tenant_scopes_and_site(world):
    scoped = a_request(x_ms_client_principal=a_principal(*ANA, (f"{ENTRA}scope", f"{READ} User.Read")))
    with given(believing(world)):
        assert (await caller_of(scoped)).scopes == {READ}
        for origin in ("https://evil.example", "null"):
            change = a_request(method="POST", x_ms_client_principal=a_principal(*ANA), origin=origin)
            with pytest.raises(FormExpired):
                await caller_of(change)
        assert await caller_of(
            a_request(method="POST", x_ms_client_principal=a_principal(*ANA), origin=PUBLIC_URL)
        )
    foreign = Trust("https://i.example", frozenset({"a"}), frozenset({"t2"}))
    with given(believing(world, foreign)), pytest.raises(Unauthenticated):
        await caller_of(scoped)


@pytest.mark.parametrize(
    "header", ["x", "e30=", "W10=", base64.b64encode(b'{"claims":[1]}').decode(), "é", a_principal()]
)
async def test_a_principal_that_names_nobody_is_none(world, header):
    with given(believing(world)), pytest.raises(Unauthenticated):
        await caller_of(a_request(x_ms_client_principal=header))


def test_settings_name_the_provider():
    entra = "https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0"
    found = read_identity({"OPENSLOT_OIDC_ISSUER": entra, "OPENSLOT_OIDC_CLIENT_ID": "us"})
    assert found.trust
    assert found.trust.tenants == {"11111111-2222-3333-4444-555555555555"}
    assert found.trust.audiences == {"us"}
    keycloak = {
        "OPENSLOT_OIDC_ISSUER": "https://keycloak.example/realms/one",
        "OPENSLOT_OIDC_AUDIENCE": "api, other",
        "OPENSLOT_OIDC_APPLICATIONS": "robot",
        "OPENSLOT_OIDC_EMAIL_CLAIM": "upn",
    }
    trust = read_identity(keycloak).trust
    assert trust == Trust(
        "https://keycloak.example/realms/one",
        frozenset({"api", "other"}),
        frozenset(),
        "upn",
        frozenset({"robot"}),
    )
    assert read_identity({}) == IdentitySettings()
    assert read_identity({"OPENSLOT_HEADER_PRINCIPAL": "on"}).believes_headers


@pytest.mark.parametrize(
    ("environ", "problem"),
    [
        ({"ISSUER": "http://idp.example", "AUDIENCE": "a"}, "not an https address"),
        ({"ISSUER": "ftp://localhost", "AUDIENCE": "a"}, "not an https address"),
        ({"ISSUER": "https://", "AUDIENCE": "a"}, "not an https address"),
        ({"ISSUER": "https://idp.example"}, "AUDIENCE or CLIENT_ID is not set"),
        ({"ISSUER": "https://login.microsoftonline.com/{tenantid}/v2.0", "AUDIENCE": "a"}, "TENANTS is not set"),
    ],
)
def test_settings_that_cannot_be_trusted_are_named(environ, problem):
    with pytest.raises(ValueError, match=problem):
        read_identity({f"OPENSLOT_OIDC_{name}": value for name, value in environ.items()})
