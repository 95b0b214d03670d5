"""Encrypts addresses and passwords of people's calendars: what is stored tells neither."""

import hmac
import json
from dataclasses import asdict

from shared.domain.free_busy.failures import CalendarUnreadable
from shared.domain.secrets import signing, verifying
from shared.use_cases.free_busy.outside import CalendarPlace


HEADER = {"alg": "dir", "enc": "A256GCM"}


def seal_place(secret: str, place: CalendarPlace) -> str:
    """Return a place encrypted by the app's newest secret."""
    from joserfc import jwe  # noqa: PLC0415 - heavy, and few requests need it
    from joserfc.jwk import OctKey  # noqa: PLC0415 - the same

    text = json.dumps(asdict(place), separators=(",", ":")).encode()
    return jwe.encrypt_compact(HEADER, text, OctKey.import_key(_key(signing(secret))))


def unseal_place(secret: str, sealed: str) -> CalendarPlace:
    """Return a place. Raise CalendarUnreadable if none of the app's secrets has encrypted it."""
    from joserfc import jwe  # noqa: PLC0415 - as above
    from joserfc.errors import JoseError  # noqa: PLC0415 - the same
    from joserfc.jwk import OctKey  # noqa: PLC0415 - the same

    for one in verifying(secret):
        try:
            found = jwe.decrypt_compact(sealed, OctKey.import_key(_key(one)))
        except (JoseError, ValueError):
            continue
        return CalendarPlace(**json.loads(found.plaintext or b"{}"))
    raise CalendarUnreadable("password_refused", "it was sealed by a secret that is no longer set")


def _key(secret: str) -> bytes:
    return hmac.digest(secret.encode(), b"openslot own calendars", "sha256")
