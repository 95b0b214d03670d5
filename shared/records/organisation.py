"""The partition of the organisation: its settings and the list of its calendars."""

ORGANISATION, CALENDARS, PEOPLE = "org", "calendars", "people"
