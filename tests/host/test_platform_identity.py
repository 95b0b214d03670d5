"""The whole app on tables that it reaches by the platform's identity alone: TLS, tokens, and no key."""

from datetime import UTC, datetime

import httpx

from infra.local import pieces
from tests.support.builders import SECRET
from tests.support.platform.certificates import make_certificates
from tests.support.platform.identity_endpoint import standing_in


async def test_the_app_reaches_its_tables_by_its_identity_and_is_unready_without_one(tmp_path):
    authority = make_certificates(tmp_path)
    async with (
        standing_in(lambda: datetime.now(UTC)) as endpoint,
        pieces.azurite(certificate=tmp_path / "server.pem") as azurite,
    ):
        settings = {
            "OPENSLOT_TABLES": f"https://localhost:{azurite.port}/{pieces.ACCOUNT}",
            "OPENSLOT_SECRET": SECRET,
            "OPENSLOT_PUBLIC_URL": "http://localhost:7071",
            "IDENTITY_ENDPOINT": endpoint.url,
            "IDENTITY_HEADER": endpoint.header,
            "AZURE_CLIENT_ID": "client-1",
            "SSL_CERT_FILE": str(authority),
        }
        endpoint.answer = 500
        async with (
            pieces.host(env=settings, log=tmp_path / "log", data_dir=tmp_path) as app,
            httpx.AsyncClient(base_url=app.url, timeout=20) as client,
        ):
            unready = await client.get("/readyz")
            page = await client.get("/book/clinic")
            endpoint.answer = 200
            assert (await client.post("/admin/functions/send_due_messages?wait=1", json={})).status_code == 202
            assert (await client.get("/readyz")).status_code == 200
            assert (await client.get("/book/clinic")).status_code == 404
            with_token = endpoint.asked[-1]
        assert (unready.status_code, unready.json()["storage"]) == (503, False)
        assert page.status_code == 503
        assert (with_token["resource"], with_token["client_id"]) == ("https://storage.azure.com", "client-1")
        assert endpoint.header not in app.written()
