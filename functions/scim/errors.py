"""SCIM's kinds of errors (RFC 7644, 3.12)."""

from typing import ClassVar

from functions.http.problems import BadRequest


class Refused(BadRequest):
    """A bad request with its scimType: invalidValue, invalidPath, invalidFilter, invalidSyntax, mutability."""

    code: ClassVar[str] = "bad-request"

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(detail)
        self.kind = kind


class NoSuchMethod(BadRequest):
    title = "This cannot be done with what is at this address"
