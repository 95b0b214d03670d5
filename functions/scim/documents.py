"""SCIM users as JSON, and the changes that providers send (RFC 7644, 3.5.2; Entra's and Okta's variants)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field, JsonValue, ValidationError

from functions.http.boundary import invalid_fields
from functions.scim.emails import patched_emails, read_emails
from functions.scim.errors import Refused
from shared.domain.access.account import Account, Profile
from shared.domain.model import Model


USER = "urn:ietf:params:scim:schemas:core:2.0:User"
NAME = re.compile(r"([\w$-]+)(?:$|[.\[])", re.ASCII)
PATH = re.compile(r"([\w$-]+)(?:\[(.*)\])?(?:\.([\w$-]+))?", re.ASCII | re.DOTALL)
ATTRIBUTES = {one.lower(): one for one in ("userName", "externalId", "displayName", "name", "emails", "active")}
NAMES = {one.lower(): one for one in ("givenName", "familyName")}
KEPT = ("userName", "active")  # can be changed, but not removed
ScimDocument = dict[str, Any]


class Step(Model):
    op: Annotated[str, Field(max_length=10)]
    path: Annotated[str, Field(max_length=2000)] | None = None
    value: JsonValue = None


class Patch(Model):
    operations: Annotated[list[Step], Field(alias="Operations", min_length=1, max_length=100)]


def profile_of(document: ScimDocument) -> Profile:
    """Return the profile of a user that was sent. Raises InvalidFields."""
    try:
        return Profile.model_validate(said_of(document))
    except ValidationError as error:
        raise invalid_fields(error) from None


def said_of(document: ScimDocument) -> ScimDocument:
    """Return the attributes that we keep, by our names; one without a value is left out."""
    own = {ATTRIBUTES.get(name.lower(), ""): value for name, value in document.items()}
    read = {name: _read(name, value) for name, value in own.items() if name}
    return {name: value for name, value in read.items() if value is not None}


def _read(name: str, value: Any) -> Any:
    if name == "emails":
        return read_emails(value)
    value = single(value)
    if name != "name" or not isinstance(value, Mapping):
        return value
    parts = {NAMES.get(key.lower(), ""): single(one) for key, one in value.items()}
    return {key: one for key, one in parts.items() if key and one is not None}


def single(value: Any) -> Any:
    """Return a single value, also from a list of one, as Entra sends it: [{"$ref": null, "value": …}]."""
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict):
        value = value[0]
    return value["value"] if isinstance(value, dict) and "value" in value else value


def document_of(account: Account, address: str) -> ScimDocument:
    """Return an account as a SCIM user; `address` is its URL."""
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
    """Return the profile after all steps. Raises Refused, InvalidFields. Attributes we do not keep are ignored."""
    document: ScimDocument = profile.model_dump(mode="json", by_alias=True)
    for step in steps:
        verb = step.op.lower()
        if verb not in ("add", "replace", "remove"):
            raise Refused("invalidSyntax", "op is add, replace or remove")
        for path, value in _targets(step):
            _apply(document, verb, path, value)
    return profile_of(document)


def _targets(step: Step) -> Iterator[tuple[str, Any]]:
    """Yield (path, value) of a step: its own, or one for each member of its value if it has no path."""
    if step.path:
        yield step.path, step.value
    elif isinstance(step.value, dict):
        yield from ((name, value) for name, value in step.value.items() if value is not None)
    else:
        raise Refused("noTarget", "an operation without a path has an object for its value")


def _apply(document: ScimDocument, verb: str, path: str, value: Any) -> None:
    own = path.strip()
    own = own[len(USER) + 1 :] if own.lower().startswith(f"{USER.lower()}:") else own
    if own.lower().startswith("urn:"):
        return  # an extension's attribute
    name = NAME.match(own)
    if name and name[1].lower() not in ATTRIBUTES:
        return  # one that we do not keep, however the path goes on
    match = PATH.fullmatch(own)
    attribute = ATTRIBUTES[match[1].lower()] if match and name else ""
    part = (match[3] or "").lower() if match else ""
    if match is None or (match[2] is not None and attribute != "emails"):
        raise Refused("invalidPath", 'a path is such as active, name.givenName or emails[type eq "work"].value')
    if attribute == "emails":
        document["emails"] = patched_emails(document.get("emails") or [], verb, match[2], part, value)
    elif attribute == "name":
        document["name"] = _name(document.get("name") or {}, part, None if verb == "remove" else value)
    elif verb == "remove" or single(value) is None:
        if attribute in KEPT:
            raise Refused("mutability", f"{attribute} cannot be removed")
        document[attribute] = None
    else:
        document[attribute] = value


def _name(before: ScimDocument, part: str, value: Any) -> ScimDocument:
    given = single(value)
    if part:
        return {**before, NAMES.get(part, part): given}
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise Refused("invalidValue", "name is an object")
    return {**before, **{NAMES.get(str(key).lower(), str(key)): one for key, one in given.items()}}
