"""What is kept about people leaves, or is erased, for whoever signed in as strongly as the settings want: `acr`."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from urllib.parse import parse_qs, quote, urlsplit

from aiohttp import web

from functions.auth.session import COOKIE
from shared.delivery.identity.identity import Trust
from shared.delivery.identity.sign_in import SignIn
from shared.delivery.identity.tokens import Provider
from tests.delivery.identity.issuer import FIRST, STRANGER, Issuer
from tests.functions.auth.test_sign_in_again import BOSS, ORGANISATION, a_console


CLIENT, BACK = "console", "https://book.example.org/console/sign-in/done"
FILE = f"{ORGANISATION}&format=json"
STRONG = "two-factors"


class Answering(Issuer):
    """A provider that gives the token of a test for any code."""

    id_token = ""

    async def _discovery(self, _: web.Request) -> web.Response:
        ends = {f"{name}_endpoint": f"{self.url}/{name}" for name in ("authorization", "token")}
        said = {"issuer": self.url, "jwks_uri": f"{self.url}/keys", "acr_values_supported": ["one", STRONG]}
        return web.json_response({**said, **ends})


@dataclass
class Flow:
    """One browser at the console, and its provider."""

    world: object
    issuer: Answering
    cookies: dict[str, str] = field(default_factory=dict)

    async def get(self, path: str):
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = await self.world.call("GET", path, cookie=cookie, accept="text/html")
        if (sent := answer.headers.get("Set-Cookie", "")) and not sent.startswith("openslot_seen"):
            name, _, value = sent.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer

    async def asked(self, path: str) -> dict[str, str]:
        """Ask for a page that leads to the provider; return what that is asked."""
        away = await self.get((await self.get(path)).headers["Location"])
        return {name: one[0] for name, one in parse_qs(urlsplit(away.headers["Location"]).query).items()}

    async def back(self, asked: dict[str, str], token: str | None = None, **claims: object):
        """Come back from the provider with these claims, or with a token of the test's own."""
        now = self.world.now.timestamp()
        said = {"aud": CLIENT, "sub": "boss", "email": BOSS.email, "email_verified": True, "auth_time": now}
        self.issuer.moment = now
        if token is None:
            token = self.issuer.token(header={"typ": "JWT"}, nonce=asked["nonce"], **{**said, **claims})
        self.issuer.id_token = token
        return await self.get(f"/console/sign-in/done?code=x&state={quote(asked['state'])}")


@asynccontextmanager
async def a_flow(minutes: int = 5, levels: tuple[str, ...] = (STRONG,)):
    """Somebody who signed in at the console, without any level."""
    issuer, world = Answering(), await a_console(minutes)
    runner = await _serving(issuer)
    try:
        trust = Trust(issuer=issuer.url, audiences=frozenset({CLIENT}))
        signing = SignIn(Provider(trust), CLIENT, "", BACK)
        settings = world.services.settings
        settings = replace(settings, identity=replace(settings.identity, levels=levels))
        world.services = replace(world.services, settings=settings, sign_in=lambda: signing)
        flow = Flow(world, issuer)
        assert (await flow.back(await flow.asked("/console"), acr="one")).status == 303
        yield flow
    finally:
        await runner.cleanup()


async def _serving(issuer: Answering) -> web.AppRunner:
    async def token(_: web.Request) -> web.Response:
        return web.json_response({"id_token": issuer.id_token})

    app = web.Application()
    app.router.add_get("/.well-known/openid-configuration", issuer._discovery)
    app.router.add_get("/keys", issuer._keys)
    app.router.add_post("/token", token)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    issuer.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    return runner


async def test_a_stronger_sign_in_is_asked_for_and_comes_back_to_the_page():
    async with a_flow() as flow:
        asked = await flow.asked(FILE)
        assert (asked["acr_values"], asked["max_age"]) == (STRONG, "270")
        done = await flow.back(asked, acr=STRONG)
        assert (done.status, done.headers["Location"]) == (303, FILE)
        assert (await flow.get(FILE)).status == 200
        flow.world.now += timedelta(minutes=6)  # strong, and too long ago
        assert (await flow.get(FILE)).headers["Location"].endswith("again=1")


async def test_a_level_can_be_wanted_whenever_that_was():
    async with a_flow(minutes=0) as flow:
        asked = await flow.asked(FILE)
        assert (asked["acr_values"], "max_age" in asked) == (STRONG, False)
        assert (await flow.back(asked, acr=STRONG, auth_time=None)).status == 303
        flow.world.now += timedelta(hours=1)
        assert (await flow.get(FILE)).status == 200


async def test_who_gives_less_is_told_kindly_and_stays_signed_in():
    async with a_flow() as flow:
        before = flow.cookies[COOKIE]
        for weak in ("one", None, [STRONG], 2, STRONG.upper()):
            answer = await flow.back(await flow.asked(FILE), acr=weak)
            shown = answer.body.decode()
            assert (answer.status, "needs a stronger sign-in" in shown, FILE.replace("&", "&amp;") in shown) == (
                403,
                True,
                True,
            )
        unable = await flow.asked(FILE)
        told = f"/console/sign-in/done?error=unmet_authentication_requirements&state={quote(unable['state'])}"
        assert (await flow.get(told)).status == 403
        assert flow.cookies[COOKIE] == before
        assert ((await flow.get("/console")).status, (await flow.get(FILE)).status) == (200, 303)


async def test_a_level_that_was_forged_or_is_old_opens_nothing():
    async with a_flow() as flow:
        before, now = flow.cookies[COOKIE], flow.world.now.timestamp()
        for old in (now - 301, None, "now", -1, True):
            assert (await flow.back(await flow.asked(FILE), acr=STRONG, auth_time=old)).status == 400
        for key in (STRANGER, FIRST):
            asked = await flow.asked(FILE)
            said = {"nonce": asked["nonce"], "aud": CLIENT, "auth_time": now, "acr": STRONG}
            token = flow.issuer.token(key=key, header={"typ": "JWT"}, **said)
            if key is FIRST:  # of a weak sign-in, with the words of a strong one
                head, _, seal = flow.issuer.token(header={"typ": "JWT"}, **{**said, "acr": "one"}).split(".")
                token = f"{head}.{token.split('.')[1]}.{seal}"
            assert (await flow.back(asked, token)).status == 400
        other = await flow.asked(FILE)  # one of somebody else's attempt
        assert (await flow.back({**other, "nonce": "of-another"}, acr=STRONG)).status == 400
        assert flow.cookies[COOKIE] == before
        assert (await flow.get(FILE)).status == 303


async def test_a_session_is_as_strong_as_the_settings_now_want():
    async with a_flow() as flow:
        assert (await flow.back(await flow.asked(FILE), acr=STRONG)).status == 303
        settings = flow.world.services.settings
        wanted = replace(settings, identity=replace(settings.identity, levels=("three",)))
        flow.world.services = replace(flow.world.services, settings=wanted)
        assert (await flow.get(FILE)).status == 303
