"""The session of a person signed in at the console: a sealed cookie, and the CSRF token of its forms.

The Functions host rewrites cookies, and breaks many: values are URL-safe, they have a Path and a Max-Age,
and no name begins with __Host-.
"""

import hmac
import json
import re
import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, NamedTuple
from urllib.parse import parse_qsl, urlsplit

import azure.functions as func

from functions.http.problems import FormExpired, SignInTooOld
from functions.wiring import services
from shared.domain.access.permissions import SESSION, Caller
from shared.domain.links import digest
from shared.domain.secrets import verifying
from shared.domain.signed_text import seal, unseal, url_text


COOKIE, BROWSER, SEEN = "openslot_session", "openslot_browser", "openslot_seen"
SESSION_LASTS, ATTEMPT_LASTS = timedelta(hours=12), timedelta(hours=1)
GROUPS_LAST = timedelta(hours=1)
SEEN_EVERY = timedelta(minutes=5)
LARGEST_COOKIE, LONGEST_GROUP = 3800, 400
BROWSER_VALUE = re.compile(r"[A-Za-z0-9_-]{43}")
SAFE_METHODS = ("GET", "HEAD")
FIELD, HEADER, MOST_FIELDS = "csrf", "x-csrf-token", 5000


class Proof(NamedTuple):
    """When, and by which of the settings' levels, somebody last proved to the provider who they are."""

    at: datetime | None = None
    levels: tuple[str, ...] = ()


def session_cookie(
    caller: Caller, groups: Iterable[str], now: datetime, session: str = "", proof: Proof | None = None
) -> str:
    """Return the Set-Cookie of a new session, with an id of its own unless one is given.

    It keeps those of the provider's groups that the organisation names (`groups`), and as many others, which a
    calendar may name, as fit into a cookie. Raises ValueError where the first alone do not fit.
    """
    at, levels = proof or Proof()
    about = {"session": session or new_session(), "proven": int(at.timestamp()) if at else 0, "levels": levels}
    needed, others = caller.groups.intersection(groups), sorted(caller.groups.difference(groups))
    sealed = _sealed(caller, [*needed, *others], about, now)
    while len(sealed) > LARGEST_COOKIE and others:
        # each round drops at least the groups that cannot fit: a person may have thousands
        others = others[: len(others) - max(1, (len(sealed) - LARGEST_COOKIE) // LONGEST_GROUP)]
        sealed = _sealed(caller, [*needed, *others], about, now)
    if len(sealed) > LARGEST_COOKIE:
        raise ValueError("the session does not fit into a cookie")
    return _cookie(COOKIE, sealed, SESSION_LASTS)


def new_session() -> str:
    """Return the id of a new session."""
    return secrets.token_hex(16)


def _sealed(caller: Caller, groups: Iterable[str], about: Mapping[str, Any], now: datetime) -> str:
    text = json.dumps(
        {
            "subject": caller.subject,
            "email": caller.email,
            "name": caller.name,
            "tenant": caller.tenant,
            "groups": sorted(groups),
            "expires": int((now + SESSION_LASTS).timestamp()),
            **about,
        },
        separators=(",", ":"),
        ensure_ascii=False,
    )
    return seal(services().secret, COOKIE, text)


def session_end_cookie() -> str:
    """Return the Set-Cookie that ends a session."""
    return _cookie(COOKIE, "", timedelta(0))


def caller_of_session(req: func.HttpRequest, now: datetime) -> Caller | None:
    """Return the signed-in caller or None. Raises FormExpired for a change that did not come from our page."""
    caller = signed_in(req, now)
    if caller and req.method not in SAFE_METHODS:
        _require_own_form(req, _read(req, COOKIE))
    return caller


def signed_in(req: func.HttpRequest, now: datetime) -> Caller | None:
    """Return the signed-in caller or None, without the CSRF check: for reading only."""
    known = _known(req, now)
    if known is None:
        return None
    return Caller(
        subject=known["subject"],
        email=known["email"],
        name=known["name"],
        tenant=known["tenant"],
        scopes=frozenset({SESSION}),
        groups=frozenset(known["groups"]),
    )


def _known(req: func.HttpRequest, now: datetime) -> dict[str, Any] | None:
    """Return the content of the session's cookie, None once it has expired or rested for too long."""
    value = _read(req, COOKIE)
    text = unseal(services().secret, COOKIE, value) if value else None
    known: dict[str, Any] = json.loads(text) if text is not None else {"expires": 0}
    if known["expires"] <= now.timestamp():
        return None
    idle = services().settings.idle
    return None if idle and now.timestamp() - _last_seen(req, known) > idle.total_seconds() else known


def _last_seen(req: func.HttpRequest, known: dict[str, Any]) -> float:
    """Return when a session was last used, as a cookie beside it says; without one, when it began."""
    value = _read(req, SEEN)
    session, _, at = ((unseal(services().secret, SEEN, value) if value else None) or "").partition(" ")
    began = float(known["expires"] - SESSION_LASTS.total_seconds())
    return max(began, float(at)) if session == known["session"] else began


def with_sign_of_use(req: func.HttpRequest, response: func.HttpResponse, now: datetime) -> func.HttpResponse:
    """Return the response with the cookie that says that the session is in use, every few minutes.

    It is apart from the session's own, by which open forms know theirs.
    """
    known = _known(req, now) if services().settings.idle else None
    if known and now.timestamp() - _last_seen(req, known) > SEEN_EVERY.total_seconds():
        sealed = seal(services().secret, SEEN, f"{known['session']} {int(now.timestamp())}")
        response.headers.add("Set-Cookie", _cookie(SEEN, sealed, SESSION_LASTS))
    return response


def session_of(req: func.HttpRequest) -> tuple[str, datetime]:
    """Return the id of a request's session and when it expires. The id reveals nothing of the cookie."""
    known = _known(req, datetime.min.replace(tzinfo=UTC)) or {"expires": 0}
    return str(known.get("session", "")), datetime.fromtimestamp(known["expires"], UTC)


def are_groups_old(req: func.HttpRequest, now: datetime) -> bool:
    """Return whether the groups in a session are too old to grant rights."""
    _session, expires = session_of(req)
    return now >= expires - SESSION_LASTS + GROUPS_LAST


def require_recent_sign_in(req: func.HttpRequest, now: datetime) -> None:
    """Raise SignInTooOld where somebody proved who they are too long ago, or too weakly, for the settings.

    Tokens, and the platform's own sign-in, are as recent and as strong as their issuers want them.
    """
    known, settings = _known(req, now), services().settings
    within, levels = settings.proof_lasts, settings.identity.levels
    if known and within and now.timestamp() - known.get("proven", 0) > within.total_seconds():
        raise SignInTooOld
    if known and levels and not {*levels}.intersection(known.get("levels", ())):
        raise SignInTooOld


def form_token(req: func.HttpRequest) -> str:
    """Return the CSRF token of this session: forms send it as `csrf`, scripts as X-CSRF-Token."""
    return _token_of(_read(req, COOKIE), services().secret)


def browser_of(req: func.HttpRequest) -> str:
    """Return the secret of a browser that is signing in, an empty string where it has none."""
    value = _read(req, BROWSER)
    return value if BROWSER_VALUE.fullmatch(value) else ""


def new_browser() -> str:
    """Return a new secret that binds an attempt to sign in to one browser."""
    return url_text(secrets.token_bytes(32))


def browser_cookie(browser: str) -> str:
    """Return the Set-Cookie that keeps a browser's secret while somebody signs in."""
    return _cookie(BROWSER, browser, ATTEMPT_LASTS)


def site_of(req: func.HttpRequest) -> Literal["own", "foreign", "unsaid"]:
    """Return where a request comes from, as the browser states it; programs and very old browsers state nothing.

    Our pages send no referrer, so the origin of their forms is "null", which any other site can produce too.
    """
    if site := str(req.headers.get("sec-fetch-site", "")):
        return "own" if site in ("same-origin", "none") else "foreign"
    origin = str(req.headers.get("origin", "null"))
    if origin == "null":
        return "unsaid"
    return "own" if origin == _origin(services().settings.public_url) else "foreign"


def _require_own_form(req: func.HttpRequest, session: str) -> None:
    given = (str(req.headers.get(HEADER, "")) or _field(req)).encode("utf-8", "replace")
    # forms that were opened before the secret was rotated are still accepted
    expected = [_token_of(session, secret).encode() for secret in verifying(services().secret)]
    # in constant time, so that response times reveal nothing of the token
    if site_of(req) == "foreign" or not any(hmac.compare_digest(given, one) for one in expected):
        raise FormExpired


def _field(req: func.HttpRequest) -> str:
    kind = str(req.headers.get("content-type", ""))
    if kind.startswith("application/x-www-form-urlencoded"):
        try:
            return dict(parse_qsl(req.get_body().decode(), max_num_fields=MOST_FIELDS)).get(FIELD, "")
        except ValueError:
            return ""
    if not kind.startswith("multipart/form-data"):
        return ""
    from functions.http.multipart import parts_of  # noqa: PLC0415 - few forms hold a file

    return dict(parts_of(req)).get(FIELD, b"").decode("utf-8", "replace")


def _token_of(session: str, secret: str) -> str:
    return url_text(digest(secret, "form", session))


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _read(req: func.HttpRequest, name: str) -> str:
    """Return a cookie's value. The standard library's parser drops all cookies where one is malformed."""
    pairs = (part.strip().partition("=") for part in str(req.headers.get("cookie", "")).split(";"))
    return next((value for key, _, value in pairs if key == name), "")


def _cookie(name: str, value: str, life: timedelta) -> str:
    # Lax and not Strict: links in mails lead into the console, and must find its session
    secure = "; Secure" if services().settings.public_url.startswith("https:") else ""
    return f"{name}={value}; Path=/; Max-Age={int(life.total_seconds())}; HttpOnly; SameSite=Lax{secure}"
