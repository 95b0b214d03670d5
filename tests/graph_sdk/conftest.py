"""The whole app, as anybody runs it, and the official SDK of Microsoft Graph pointed at it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING

import httpx
import pytest_asyncio
from kiota_abstractions.authentication import AccessTokenProvider, AllowedHostsValidator
from kiota_abstractions.authentication.base_bearer_token_authentication_provider import (
    BaseBearerTokenAuthenticationProvider,
)
from msgraph import GraphRequestAdapter, GraphServiceClient
from msgraph.generated.models.booking_business import BookingBusiness
from msgraph.generated.models.booking_service import BookingService
from msgraph.generated.models.booking_staff_member import BookingStaffMember
from msgraph.generated.models.booking_staff_role import BookingStaffRole
from msgraph_core import GraphClientFactory

from infra.local import pieces
from infra.local.demo.people import ORGANISATION_ADMINISTRATOR, SCOPES
from infra.local.demo.token import token
from tests.graph_sdk.settings import a_question
from tests.support.app_settings import settings_of


if TYPE_CHECKING:
    import pytest

ClientOf = Callable[..., GraphServiceClient]
Seen = list[tuple[str, str, int]]
NUMBERS = count(1)


class Said(AccessTokenProvider):
    """A token that somebody has already."""

    def __init__(self, text: str) -> None:
        self._text, self._hosts = text, AllowedHostsValidator([])

    async def get_authorization_token(self, uri, additional_authentication_context=None):
        return self._text

    def get_allowed_hosts_validator(self):
        return self._hosts


class Watched(httpx.AsyncHTTPTransport):
    """Notes the method, the path below the version and the status of each exchange, for whoever wants to see."""

    def __init__(self, seen: Seen | None) -> None:
        super().__init__()
        self._seen = seen

    async def handle_async_request(self, request):
        response = await super().handle_async_request(request)
        if self._seen is not None:
            self._seen.append((request.method, request.url.path.partition("/v1.0/")[2], response.status_code))
        return response


class Running:
    """The app at `url`, and tokens of the provider that it trusts."""

    def __init__(self, url: str, issuer: str) -> None:
        self.url, self.root, self._issuer = url, f"{url}/v1.0", issuer
        self._tokens: dict[tuple[str, ...], str] = {}
        self._transports: list[httpx.AsyncHTTPTransport] = []

    def token(self, email: str = ORGANISATION_ADMINISTRATOR, *scopes: str) -> str:
        name = (email, *(scopes or SCOPES))
        if name not in self._tokens:
            self._tokens[name] = token(self._issuer, *name)
        return self._tokens[name]

    def client(
        self, email: str = ORGANISATION_ADMINISTRATOR, *scopes: str, seen: Seen | None = None
    ) -> GraphServiceClient:
        return self.client_by(self.token(email, *scopes), seen)

    def client_by(self, text: str, seen: Seen | None = None) -> GraphServiceClient:
        """Return the SDK with a token; what goes over the wire is `seen`."""
        self._transports.append(Watched(seen))
        http = httpx.AsyncClient(transport=self._transports[-1], timeout=60)
        client = GraphClientFactory.create_with_default_middleware(client=http)
        adapter = GraphRequestAdapter(BaseBearerTokenAuthenticationProvider(Said(text)), client=client)
        adapter.base_url = self.root
        return GraphServiceClient(request_adapter=adapter)

    async def close(self) -> None:
        """Close the connections: the SDK's own client leaves them open, whoever closes it."""
        for one in self._transports:
            await one.aclose()

    def http(self, email: str = ORGANISATION_ADMINISTRATOR) -> httpx.AsyncClient:
        """Plain HTTP, for what the SDK hides."""
        headers = {"Authorization": f"Bearer {self.token(email)}"}
        return httpx.AsyncClient(base_url=f"{self.root}/", headers=headers, timeout=30)


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def app(azurite: pieces.Azurite, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    port = pieces.free_port()
    url = f"http://localhost:{port}"
    async with pieces.identity_provider(url) as provider:
        environ = settings_of(azurite.connection_string, "graph", url, **provider.settings)
        log = tmp_path_factory.mktemp("graph") / "host.log"
        async with pieces.host(port=port, env=environ, log=log):
            running = Running(url, provider.url)
            yield running
            await running.close()


@pytest_asyncio.fixture(loop_scope="session")
async def graph(app: Running) -> GraphServiceClient:
    """The SDK in the hands of an administrator of the organisation."""
    return app.client()


@pytest_asyncio.fixture(loop_scope="session")
async def business(graph: GraphServiceClient):
    """A calendar of this test's own, as the SDK addresses it; `.id` beside it."""
    made = await graph.solutions.booking_businesses.post(BookingBusiness(display_name="Contoso"))
    calendar = graph.solutions.booking_businesses.by_booking_business_id(made.id)
    calendar.id = made.id
    return calendar


@pytest_asyncio.fixture(loop_scope="session")
async def staffed(business):
    """A calendar with somebody, a service for one and one for groups; `.person`, `.service`, `.course`, `.question`."""
    address = f"dana-{next(NUMBERS)}@contoso.com"  # the same person in two calendars is booked once
    person = BookingStaffMember(display_name="Dana", email_address=address, role=BookingStaffRole.Guest)
    business.person = (await business.staff_members.post(person)).id
    business.question = (await business.custom_questions.post(a_question())).id
    for name, seats in (("service", 1), ("course", 3)):
        service = BookingService(
            display_name=name.title(),
            staff_member_ids=[business.person],
            maximum_attendees_count=seats,
            default_duration=timedelta(hours=1),
        )
        setattr(business, name, (await business.services.post(service)).id)
    return business
