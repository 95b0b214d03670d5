"""SCIM's documents, and changes to them as providers send them (RFC 7644, 3.5.2; Entra's and Okta's ways)."""

import re
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, ClassVar

from pydantic import Field, JsonValue, ValidationError

from functions.http import invalid_fields
from functions.problems import BadRequest
from shared.domain.account import Account, Profile
from shared.domain.model import Model


USER = "urn:ietf:params:scim:schemas:core:2.0:User"
PATH = re.compile(r'(\w+)(?:\[\s*(\w+)\s+eq\s+"?([\w.-]*)"?\s*\])?(?:\.(\w+))?', re.IGNORECASE | re.ASCII)
ATTRIBUTES = {one.lower(): one for one in ("userName", "externalId", "displayName", "name", "emails", "active")}
Document = dict[str, Any]


class Refused(BadRequest):
    """SCIM's own word for what is wrong: invalidValue, invalidPath, invalidFilter, invalidSyntax, mutability."""

    code: ClassVar[str] = "bad-request"

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(detail)
        self.kind = kind


class Step(Model):
    op: str
    path: str | None = None
    value: JsonValue = None


class Patch(Model):
    operations: Annotated[list[Step], Field(alias="Operations", min_length=1, max_length=100)]


def profile_of(document: Document) -> Profile:
    """Read a user that was sent. A member without a value is as one that is left out. Raises InvalidFields."""
    try:
        return Profile.model_validate({name: value for name, value in document.items() if value is not None})
    except ValidationError as error:
        raise invalid_fields(error) from None


def document_of(account: Account, address: str) -> Document:
    profile = account.profile.model_dump(mode="json", by_alias=True)
    emails = [{**one, "primary": number == 0} for number, one in enumerate(profile["emails"])]
    meta = {
        "resourceType": "User",
        "created": account.created_at.isoformat(),
        "lastModified": account.changed_at.isoformat(),
        "location": address,
    }
    shown = {name: value for name, value in profile.items() if value not in ("", [])}
    return {"schemas": [USER], "id": account.id, **shown, **({"emails": emails} if emails else {}), "meta": meta}


def patched(profile: Profile, steps: Sequence[Step]) -> Profile:
    """Return a profile after all steps. Raises Refused and InvalidFields; attributes that we do not keep pass."""
    document: Document = profile.model_dump(mode="json", by_alias=True)
    for step in steps:
        verb = step.op.lower()
        if verb not in ("add", "replace", "remove"):
            raise Refused("invalidSyntax", "op is add, replace or remove")
        for path, value in _targets(step):
            _apply(document, verb, path, value)
    return profile_of(document)


def _targets(step: Step) -> Iterator[tuple[str, Any]]:
    """Yield what a step is about: its path, or each member of its value where it has none."""
    if step.path:
        yield step.path, step.value
    elif isinstance(step.value, dict):
        yield from step.value.items()
    else:
        raise Refused("noTarget", "an operation without a path has an object for its value")


def _apply(document: Document, verb: str, path: str, value: Any) -> None:
    own = path[len(USER) + 1 :] if path.lower().startswith(f"{USER.lower()}:") else path
    if own.lower().startswith("urn:") or own == "schemas":
        return  # an extension's attribute
    match = PATH.fullmatch(own)
    if match is None:
        raise Refused("invalidPath", 'a path is such as active, name.givenName or emails[type eq "work"].value')
    attribute = ATTRIBUTES.get(match[1].lower(), "")
    if attribute in ("userName", "active") and verb == "remove":
        raise Refused("mutability", f"{attribute} cannot be removed")
    given = None if verb == "remove" else value
    if attribute == "emails":
        _apply_emails(document, verb, match, given)
    elif attribute == "name" and match[4]:
        document["name"] = {**(document.get("name") or {}), match[4]: given or ""}
    elif attribute == "name" and isinstance(given, dict):
        document["name"] = {**(document.get("name") or {}), **{key: one or "" for key, one in given.items()}}
    elif attribute:
        document[attribute] = given


def _apply_emails(document: Document, verb: str, match: re.Match[str], value: Any) -> None:
    emails = list(document.get("emails") or [])
    if match[2] is None and match[4] is None:  # the whole list
        given = value if isinstance(value, list) or value is None else [value]
        document["emails"] = (
            [*emails, *(one for one in given or [] if one not in emails)] if verb == "add" else given
        )
        return
    kind = match[3] if (match[2] or "").lower() == "type" else "work"
    wanted = (match[4] or "value").lower()
    if wanted != "value":
        return  # primary, type: they follow from the list
    kept = [one for one in emails if not isinstance(one, dict) or one.get("type") != kind]
    address = value.get("value") if isinstance(value, dict) else value
    document["emails"] = kept if address is None else [*kept, {"value": address, "type": kind}]
