"""services, staffMembers and customQuestions, by one set of handlers."""

from collections.abc import Callable
from dataclasses import dataclass

from functions.graph.call import Collection, Entity, GraphRequest
from functions.graph.models.properties import EntityTable, EntityView
from functions.graph.models.question import QuestionBody, new_question
from functions.graph.models.service import ServiceBody, new_service
from functions.graph.models.staff import StaffBody, new_person
from functions.graph.odata.options import Written
from shared.domain.calendar.business import Calendar
from shared.records.calendars import CalendarEntry
from shared.use_cases.calendars.change_entity import EntityKind, SettingsChange, entities, find_entity


@dataclass(frozen=True)
class Entries:
    """One kind of entity: its properties, and a new one of it.

    `answers_patch`: a PATCH returns the entity, which Graph does for questions only.
    """

    kind: EntityKind
    table: type[EntityTable]
    new: Callable[[str], CalendarEntry]
    answers_patch: bool = False

    async def list(self, call: GraphRequest) -> Collection:
        """Return all entities of the kind."""
        found, view = entities(call.calendar, self.kind), view_of(call.calendar, call, is_listed=True)
        return Collection(Written(found, lambda one: self.table.document(one, view)))

    async def get(self, call: GraphRequest) -> Entity:
        """Return one entity. Raises NotFound."""
        found = find_entity(call.calendar, self.kind, call.ids["id"])
        return Entity(self.table.document(found, view_of(call.calendar, call)))

    async def post(self, call: GraphRequest) -> Entity:
        """Create an entity, and return 201 with it. Raises InvalidFields."""
        sent = call.document()

        def make(calendar: Calendar, name: str) -> CalendarEntry:
            return self.table.applied(self.new(name), sent, view_of(calendar, call))

        made, calendar = await self._settings(call).add(self.kind, make)
        return Entity(self.table.document(made, view_of(calendar, call)), 201)

    async def patch(self, call: GraphRequest) -> Entity | None:
        """Change an entity. Raises InvalidFields, NotFound and EditConflict."""
        sent = call.document()

        def edit(calendar: Calendar, current: CalendarEntry) -> CalendarEntry:
            return self.table.applied(current, sent, view_of(calendar, call))

        changed, calendar = await self._settings(call).change(self.kind, call.ids["id"], edit, call.etags)
        return Entity(self.table.document(changed, view_of(calendar, call))) if self.answers_patch else None

    async def delete(self, call: GraphRequest) -> None:
        """Delete an entity. Raises NotFound and EditConflict."""
        await self._settings(call).remove(self.kind, call.ids["id"], call.etags)

    def _settings(self, call: GraphRequest) -> SettingsChange:
        app, caller = call.app, call.caller
        return SettingsChange(
            call.calendar.business.id,
            call.author,
            call.body,
            app.context,
            may_remove_last_administrator=caller.is_application or caller.is_organisation_administrator,
        )


def view_of(calendar: Calendar, call: GraphRequest, *, is_listed: bool = False) -> EntityView:
    """Return how the caller sees entities of a calendar."""
    return EntityView(calendar, call.app.settings, call.shows_unknown, is_listed)


SERVICES = Entries("services", ServiceBody, new_service)
STAFF = Entries("staff", StaffBody, new_person)
QUESTIONS = Entries("questions", QuestionBody, new_question, answers_patch=True)
