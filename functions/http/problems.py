"""Refusals in HTTP: the one table of statuses, and RFC 9457 problem+json."""

from collections.abc import Sequence
from typing import ClassVar

import azure.functions as func

from shared.domain.errors import (
    Conflict,
    EditConflict,
    FieldError,
    Forbidden,
    InvalidFields,
    NotFound,
    NotOffered,
    OutsideLeadTime,
    Refusal,
    Rejected,
    SignInNeeded,
    StaffNotOffered,
    TooManyRequests,
    TryAgain,
)


class BadRequest(Refusal):
    code: ClassVar[str] = "bad-request"
    title: ClassVar[str] = "The request cannot be read"


class Unauthenticated(Refusal):
    """The caller is not known. `challenge` says how to authenticate (RFC 6750)."""

    code: ClassVar[str] = "unauthenticated"
    title: ClassVar[str] = "Please sign in"

    def __init__(self, detail: str = "", *, is_invalid: bool = False) -> None:
        super().__init__(detail)
        self.challenge = 'Bearer error="invalid_token"' if is_invalid else "Bearer"


class SignInTooOld(Unauthenticated):
    """Who the caller is was proven too long ago, or too weakly, for what they ask."""


class FormExpired(Refusal):
    """A change that did not come from a page of the same session, so its CSRF token is wrong."""

    code: ClassVar[str] = "form-expired"
    title: ClassVar[str] = "This page was open for too long"


class SignInFailed(Refusal):
    code: ClassVar[str] = "sign-in-failed"
    title: ClassVar[str] = "You were not signed in"


class SignInTooWeak(Refusal):
    """The provider is less sure of somebody than what they ask for needs; `to` is the page that they asked for."""

    code: ClassVar[str] = "sign-in-too-weak"
    title: ClassVar[str] = "This needs a stronger sign-in"

    def __init__(self, to: str = "") -> None:
        super().__init__()
        self.to = to


class BodyTooLarge(Refusal):
    code: ClassVar[str] = "too-large"
    title: ClassVar[str] = "The request is too large"


class UnsupportedMediaType(Refusal):
    code: ClassVar[str] = "unsupported-media-type"
    title: ClassVar[str] = "The body is to be application/json"


class Unexpected(Refusal):
    """A fault of ours. The response says nothing about it, as it could hold data of customers."""

    code: ClassVar[str] = "unexpected"
    title: ClassVar[str] = "Something went wrong on our side"


STATUS: dict[type[Refusal], int] = {
    BadRequest: 400,
    Unauthenticated: 401,
    SignInNeeded: 401,
    Forbidden: 403,
    FormExpired: 403,
    SignInFailed: 400,
    SignInTooWeak: 403,
    NotFound: 404,
    Conflict: 409,
    EditConflict: 412,
    BodyTooLarge: 413,
    UnsupportedMediaType: 415,
    Rejected: 422,
    InvalidFields: 422,
    TooManyRequests: 429,
    Unexpected: 500,
    TryAgain: 503,
}
WRONG_FIELD: dict[type[Refusal], str] = {
    NotOffered: "/start",
    OutsideLeadTime: "/start",
    StaffNotOffered: "/staff",
}


def status_of(refusal: Refusal) -> int:
    """Return a refusal's status: its own, or that of the nearest base class in the table."""
    return next(STATUS[kind] for kind in type(refusal).__mro__ if kind in STATUS)


async def problem(_: func.HttpRequest, refusal: Refusal) -> func.HttpResponse:
    """Return a refusal as RFC 9457 problem+json."""
    from functions.http.problem_document import FieldErrorDocument, ProblemDocument  # noqa: PLC0415 - pages need none of it

    wrong = [FieldErrorDocument(pointer=one.pointer, detail=one.detail) for one in _field_errors(refusal)]
    status = status_of(refusal)
    document = ProblemDocument(
        type=f"/problems/{refusal.code}",
        title=refusal.title,
        status=status,
        detail=None if isinstance(refusal, InvalidFields) else refusal.detail or None,
        errors=wrong or None,
        alternatives=refusal.alternatives if isinstance(refusal, Conflict) else None,
    )
    text = document.model_dump_json(by_alias=True, exclude_none=True)
    return func.HttpResponse(
        text, status_code=status, headers=headers_of(refusal), mimetype="application/problem+json"
    )


def headers_of(refusal: Refusal) -> dict[str, str]:
    """Return the headers of a refusal: when (Retry-After) or how (WWW-Authenticate) to come back."""
    if isinstance(refusal, TooManyRequests):
        return {"Retry-After": str(refusal.retry_after)}
    return {"WWW-Authenticate": refusal.challenge} if isinstance(refusal, Unauthenticated) else {}


def _field_errors(refusal: Refusal) -> Sequence[FieldError]:
    if isinstance(refusal, InvalidFields):
        return refusal.errors
    pointer = WRONG_FIELD.get(type(refusal))
    return [FieldError(pointer, refusal.title)] if pointer else []
