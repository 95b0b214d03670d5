"""Twilio's REST as the app speaks it, against the service of this machine; and so does Twilio's own client."""

import asyncio
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from infra.local.sms.store import SmsStore
from infra.local.sms.web import SmsService
from shared.delivery.sms.account import SmsAccount, read_account, read_senders
from shared.delivery.sms.twilio import Twilio, is_signed, signature
from shared.use_cases.ports import MailUnavailable, NotAccepted
from shared.use_cases.sms.texter import SmsHandover


USER, TOKEN = "AC0", "the token"


class App:
    """Who gets the callbacks."""

    home = ""

    def __init__(self) -> None:
        self.calls: asyncio.Queue[tuple[str, dict[str, str], str]] = asyncio.Queue()

    async def take(self, request: web.Request) -> web.Response:
        fields = {name: str(value) for name, value in (await request.post()).items()}
        await self.calls.put((str(request.url), fields, request.headers["X-Twilio-Signature"]))
        return web.Response(text="<Response><Message>Bye.</Message></Response>", content_type="text/xml")


@asynccontextmanager
async def serving(site: web.Application):
    runner = web.AppRunner(site, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def service():
    app, site = App(), web.Application()
    site.router.add_post("/{path:.*}", app.take)
    store = SmsStore()
    async with serving(site) as home, serving(SmsService(store, USER, TOKEN, f"{home}/reply").site()) as away:
        app.home = home
        yield Twilio(SmsAccount("twilio", away, USER, TOKEN), f"{home}/report"), app, away, store


def to(number: str) -> SmsHandover:
    return SmsHandover(number, "+15005550006", "ref.x")


async def test_an_sms_is_taken_and_its_report_is_signed():
    async with service() as (twilio, app, _, store):
        await twilio.send(to("+33612345671"), "Bonjour")
        url, fields, sign = await asyncio.wait_for(app.calls.get(), 10)
        assert (fields["MessageStatus"], url.endswith("/report/ref.x")) == ("delivered", True)
        assert is_signed(TOKEN, url, list(fields.items()), sign)
        assert RequestValidator(TOKEN).validate(url, fields, sign)
        assert store.all[0].text == "Bonjour"


async def test_numbers_that_are_refused_are_told_from_a_service_that_is_busy():
    async with service() as (twilio, _, _, _):
        for number, reason in (("+33612345673", "landline"), ("+33612345676", "opted_out"), ("12", "invalid")):
            with pytest.raises(NotAccepted) as refused:
                await twilio.send(to(number), "x")
            assert str(refused.value) == reason
        with pytest.raises(MailUnavailable) as busy:
            await twilio.send(to("+33612345677"), "x")
        assert busy.value.later is not None
        assert busy.value.later.total_seconds() == 30
    stranger = Twilio(SmsAccount("twilio", "http://127.0.0.1:9", USER, "x"), "http://x")
    with pytest.raises(MailUnavailable):
        await stranger.send(to("+33612345671"), "x")


async def test_twilios_own_client_passes_against_the_service():
    async with service() as (_, app, away, _):
        await asyncio.to_thread(by_the_client, away, f"{app.home}/report")
        _, fields, _ = await asyncio.wait_for(app.calls.get(), 10)
        assert (fields["MessageStatus"], fields["ErrorCode"]) == ("undelivered", "30003")


class Redirected(TwilioHttpClient):
    """Twilio's own way to ask, of another address."""

    def __init__(self, home: str) -> None:
        super().__init__()
        self.home = home

    def request(self, method, url, *more, **named):
        return super().request(method, url.replace("https://api.twilio.com", self.home), *more, **named)


def by_the_client(home: str, callback: str) -> None:
    http = Redirected(home)
    client = Client(USER, TOKEN, http_client=http)
    more = {"from_": "+15005550006", "body": "Hello", "status_callback": callback}
    made = client.messages.create(to="+33612345672", **more)
    assert client.messages(made.sid).fetch().body == "Hello"
    assert [one.sid for one in client.messages.list()] == [made.sid]
    with pytest.raises(TwilioRestException) as refused:
        client.messages.create(to="+33612345673", **more)
    assert refused.value.code == 21614
    with pytest.raises(TwilioException):
        Client(USER, "another", http_client=http).messages.list()
    http.session.close()


async def test_an_answer_on_the_page_reaches_the_app_signed_and_comes_back():
    async with service() as (_, app, away, store), aiohttp.ClientSession() as browser:
        form = {"from": "+33612345671", "to": "+15005550006", "text": "STOP"}
        async with browser.post(f"{away}/reply", data=form) as answer:
            page = await answer.text()
        url, fields, sign = await asyncio.wait_for(app.calls.get(), 10)
        assert is_signed(TOKEN, url, list(fields.items()), sign)
        assert (fields["From"], fields["Body"]) == ("+33612345671", "STOP")
        assert "Bye." in page
        assert [one.text for one in store.all] == ["Bye.", "STOP"]


def test_signatures_are_twilios():
    url, fields = "https://book.example.org/sms/twilio/reply", {"Body": "Été & STOP", "From": "+331"}
    assert signature("t", url, list(fields.items())) == RequestValidator("t").compute_signature(url, fields)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "twilio://api.twilio.com",
        "twilio+http://a:b@api.twilio.com",
        "azure://a:b@x.communication.azure.com",
        "https://x",
        "twilio://a:b@/",
        "twilio://a:b@api.twilio.com/x",
    ],
)
def test_an_account_that_cannot_be_is_refused(url):
    with pytest.raises(ValueError, match="OPENSLOT_SMS"):
        read_account(url, "*=+15005550006")


@pytest.mark.parametrize(
    "senders", ["", "+1", "+1=", "=x", "*=a name that is too long", "*=+15005550006,*=x", "*=1"]
)
def test_senders_that_cannot_be_are_refused(senders):
    with pytest.raises(ValueError, match="OPENSLOT_SMS_SENDERS"):
        read_senders(senders)


def test_the_longest_beginning_of_a_number_chooses_its_sender():
    account = read_account("azure://x.communication.azure.com", "*=+15005550006, +44=Clinic, +4474=12345")
    found = [account.sender_for(one) for one in ("+33612345670", "+44201234567", "+447400123450")]
    assert found == ["+15005550006", "Clinic", "12345"]
