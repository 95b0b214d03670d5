"""Tables of properties: what an entity of Graph is made of, and what each property is in the domain.

A table is the model of what clients send. Each line is one property: its name and type, and in the annotation how
it is read from the domain and written to it. Documents and changes follow from the lines.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Annotated, Any, ClassVar, Self

from pydantic.alias_generators import to_camel

from functions.graph.call import GraphDocument, etag
from functions.graph.models.patch import Kept, changed, parse, within
from functions.graph.models.values import timestamp
from functions.settings.app import AppSettings
from shared.domain.calendar.business import Calendar
from shared.domain.model import Model, Request
from shared.records.calendars import etag_of


@dataclass(frozen=True)
class EntityView:
    """Where an entity is shown, and to which client.

    `shows_unknown`: the client knows enumeration members beyond unknownFutureValue.
    """

    calendar: Calendar
    settings: AppSettings
    shows_unknown: bool = True
    is_listed: bool = False


Read = Callable[[Any, EntityView], Any]


@dataclass(frozen=True)
class Property:
    """How a property stands to the domain.

    `kept` turns what is sent into the value of `field`; without it, the table's `changes` writes the property.
    Errors at `field` name the property. Read-only properties are shown, and ignored where they are sent.
    """

    read: Read
    field: str = ""
    kept: Callable[[Any], Any] | None = None
    is_read_only: bool = False


def _same(value: Any) -> Any:
    return value


def stored(field: str, shown: Callable[[Any], Any] = _same, kept: Callable[[Any], Any] = _same) -> Property:
    """Return a property that is one field of the domain; `shown` and `kept` turn its value each way."""
    return Property(lambda one, _: shown(getattr(one, field)), field, kept)


def nullable(field: str) -> Property:
    """Return a text that is null in Graph while it is empty."""
    return stored(field, lambda value: value or None, lambda sent: sent or "")


def choice(field: str, names: Mapping[str, str]) -> Property:
    """Return an enumeration: `names` are ours by Graph's."""
    return stored(field, turned(names).__getitem__, names.__getitem__)


def part(field: str, table: "type[PropertyTable]", empty: Model | None = None) -> Property:
    """Return an object with properties of its own, null in Graph while it is `empty`."""
    return stored(
        field,
        lambda value: None if value == empty else table.document(value),
        lambda sent: empty if sent is None else sent.value(),
    )


def each(field: str, table: "type[PropertyTable]") -> Property:
    """Return a list of such objects."""
    return stored(
        field,
        lambda values: [table.document(one) for one in values],
        lambda sent: [_at(place, one) for place, one in enumerate(sent or [])],
    )


def _at(place: int, one: "PropertyTable") -> Any:
    with within(str(place)):
        return one.value()


def computed(read: Read, field: str = "") -> Property:
    """Return a property that is more than one field: the table's `changes` writes it."""
    return Property(read, field)


def read_only(read: Read) -> Property:
    """Return a property that clients cannot set."""
    return Property(read, is_read_only=True)


def turned(names: Mapping[str, str]) -> dict[str, str]:
    """Return a mapping from Graph's names as one to Graph's names."""
    return {ours: theirs for theirs, ours in names.items()}


class PropertyTable(Request):
    """The properties of an object, named as in Graph but for the case; one without an annotation is not shown."""

    @classmethod
    def document(cls, one: Any, view: Any = None) -> GraphDocument:
        """Return it as Graph shows it."""
        return {to_camel(name): line.read(one, view) for name, line in _lines(cls).items()}

    def fields(self, names: Collection[str] | None = None) -> dict[str, Any]:
        """Return the domain's fields; only of the properties that `names` has, in Python's spelling, if given.

        Raise InvalidFields.
        """
        found = {}
        for name, line in _lines(type(self)).items():
            if line.kept and (names is None or name in names):
                with within(to_camel(name)):
                    found[line.field] = line.kept(getattr(self, name))
        return found

    def value(self) -> Any:
        """Return it as the domain stores it. Raise InvalidFields."""
        return self.fields()


class EntityTable(PropertyTable):
    """The properties of what has an id and an ETag."""

    odata_type: ClassVar[str] = ""

    @classmethod
    def document(cls, one: Any, view: Any = None) -> GraphDocument:
        """Return the entity with its type, if clients are to know it, and its ETag."""
        named = {"@odata.type": cls.odata_type} if cls.odata_type else {}
        return {**named, "@odata.etag": etag(etag_of(one)), **super().document(one, view)}

    @classmethod
    def parsed(cls, shown: GraphDocument, sent: GraphDocument) -> Self:
        """Return what was sent, merged into what was shown. Raise InvalidFields."""
        return parse(cls, shown, sent, hidden_from_clients(cls))

    @classmethod
    def applied(cls, one: Kept, sent: GraphDocument, view: EntityView) -> Kept:
        """Return the entity with what was sent. Raise InvalidFields."""
        whole = replace(view, shows_unknown=True, is_listed=False)
        return cls.parsed(cls.shown_before(one, sent, whole), sent).changed(one, whole)

    @classmethod
    def shown_before(cls, one: Any, _: GraphDocument, view: EntityView, /) -> GraphDocument:
        """Return what the client's changes are merged into."""
        return cls.document(one, view)

    def changed(self, one: Kept, view: EntityView | None = None) -> Kept:
        """Return the entity with these properties. Raise InvalidFields."""
        return changed(one, names_of(type(self)), **self.changes(one, view))

    def changes(self, _: Any, __: Any, /) -> dict[str, Any]:
        """Return the fields of the domain with their values. Raise InvalidFields."""
        return self.fields()


Id = Annotated[Any, read_only(lambda one, _: one.id)]
Created = Annotated[Any, read_only(lambda one, _: timestamp(one.created_at))]
Changed = Annotated[Any, read_only(lambda one, _: timestamp(one.changed_at))]


@cache
def _lines(table: type[PropertyTable]) -> dict[str, Property]:
    """Return the properties that are shown, by their names in Python."""
    return {
        name: line
        for name, field in table.model_fields.items()
        for line in field.metadata
        if isinstance(line, Property)
    }


def names_of(table: type[PropertyTable]) -> dict[str, str]:
    """Return Graph's names of the domain's fields, by which errors name them."""
    return {line.field: to_camel(name) for name, line in _lines(table).items() if line.field}


def hidden_from_clients(table: type[PropertyTable]) -> frozenset[str]:
    """Return the names of the properties that clients cannot set."""
    return frozenset(to_camel(name) for name, line in _lines(table).items() if line.is_read_only)
