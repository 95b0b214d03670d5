"""services, staffMembers and customQuestions, by one set of handlers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from functions.graph.call import Collection, Entity, GraphDocument, GraphRequest
from functions.graph.models.question import apply_question, new_question, question_document
from functions.graph.models.service import apply_service, new_service, service_document
from functions.graph.models.staff import apply_person, new_person, staff_document
from functions.graph.odata.options import Written
from shared.domain.calendar.business import Calendar, StaffMember
from shared.domain.calendar.service import Question, Service
from shared.records import calendars as calendar_rows
from shared.use_cases.calendars.change_entity import EntityKind, SettingsChange, entities, find_entity


@dataclass(frozen=True)
class Entries:
    """One kind of entity: how to make, change and show it.

    `answers_patch`: a PATCH returns the entity, which Graph does for questions only.
    """

    kind: EntityKind
    new: Callable[[str], calendar_rows.CalendarEntry]
    apply: Callable[[Any, Calendar, GraphDocument, GraphRequest], calendar_rows.CalendarEntry]
    show: Callable[[Any, Calendar, GraphRequest, bool], GraphDocument]
    answers_patch: bool = False

    async def list(self, call: GraphRequest) -> Collection:
        """Return all entities of the kind."""
        found = entities(call.calendar, self.kind)
        return Collection(Written(found, lambda one: self.show(one, call.calendar, call, True)))

    async def get(self, call: GraphRequest) -> Entity:
        """Return one entity. Raises NotFound."""
        found = find_entity(call.calendar, self.kind, call.ids["id"])
        return Entity(self.show(found, call.calendar, call, False))

    async def post(self, call: GraphRequest) -> Entity:
        """Create an entity, and return 201 with it. Raises InvalidFields."""
        sent = call.document()

        def make(calendar: Calendar, name: str) -> calendar_rows.CalendarEntry:
            return self.apply(self.new(name), calendar, sent, call)

        made, calendar = await self._settings(call).add(self.kind, make)
        return Entity(self.show(made, calendar, call, False), 201)

    async def patch(self, call: GraphRequest) -> Entity | None:
        """Change an entity. Raises InvalidFields, NotFound and EditConflict."""
        sent = call.document()

        def edit(calendar: Calendar, current: calendar_rows.CalendarEntry) -> calendar_rows.CalendarEntry:
            return self.apply(current, calendar, sent, call)

        changed, calendar = await self._settings(call).change(self.kind, call.ids["id"], edit, call.etags)
        return Entity(self.show(changed, calendar, call, False)) if self.answers_patch else None

    async def delete(self, call: GraphRequest) -> None:
        """Delete an entity. Raises NotFound and EditConflict."""
        await self._settings(call).remove(self.kind, call.ids["id"], call.etags)

    def _settings(self, call: GraphRequest) -> SettingsChange:
        app, caller = call.app, call.caller
        return SettingsChange(
            call.calendar.business.id,
            call.author,
            call.body,
            app.store,
            app.secret,
            call.now,
            may_remove_last_administrator=caller.is_application or caller.is_organisation_administrator,
        )


def _apply_service(service: Service, calendar: Calendar, sent: GraphDocument, call: GraphRequest) -> Service:
    return apply_service(service, calendar, sent, call.app.settings)


def _show_service(service: Service, calendar: Calendar, call: GraphRequest, is_listed: bool) -> GraphDocument:
    return service_document(service, calendar, call.app.settings, is_listed=is_listed)


def _apply_person(person: StaffMember, calendar: Calendar, sent: GraphDocument, _: GraphRequest) -> StaffMember:
    return apply_person(person, calendar.business, sent)


def _show_person(person: StaffMember, calendar: Calendar, call: GraphRequest, _: bool) -> GraphDocument:
    return staff_document(person, calendar.business, shows_unknown=call.shows_unknown)


def _apply_question(question: Question, _: Calendar, sent: GraphDocument, __: GraphRequest) -> Question:
    return apply_question(question, sent)


def _show_question(question: Question, _: Calendar, call: GraphRequest, __: bool) -> GraphDocument:
    return question_document(question, shows_unknown=call.shows_unknown)


SERVICES = Entries("services", new_service, _apply_service, _show_service)
STAFF = Entries("staff", new_person, _apply_person, _show_person)
QUESTIONS = Entries("questions", new_question, _apply_question, _show_question, answers_patch=True)
