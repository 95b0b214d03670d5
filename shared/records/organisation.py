"""The partitions of the organisation: its settings, the list of its calendars, and who wants no SMS."""

ORGANISATION, CALENDARS, PEOPLE = "org", "calendars", "people"
OPTED_OUT = "opted-out"
