"""The keys of exports out of many calendars, in the organisation's table: the job of each, and what it found."""

from shared.records.accounts import hash_of
from shared.records.table import Range


EXPORTS = "exports"
ALL_JOBS, ALL_PARTS = Range("J|", "J|~"), Range("P|", "P|~")


def job_key(subject: str, name: str) -> str:
    """Return the key of an export's job; `subject` is who asked for it, `name` its id."""
    return f"J|{hash_of(subject)}|{name}"


def jobs_of(subject: str) -> Range:
    """Return the jobs that somebody asked for."""
    return Range(job_key(subject, ""), job_key(subject, "~"))


def part_key(job: str, place: str, number: int) -> str:
    """Return the key of a part of what was found for a job, by its key, of a place."""
    return f"P|{name_of(job)}|{place}|{number:04d}"


def parts_of(job: str) -> Range:
    """Return all that was found for a job, by its key."""
    return Range(f"P|{name_of(job)}|", f"P|{name_of(job)}|~")


def place_in(business: str, customer: str) -> str:
    """Return how a part names a customer of a calendar."""
    return hash_of(f"{business}|{customer}")


def place_of(part: str) -> str:
    """Return the place of a part's key."""
    return part.split("|")[2]


def name_of(key: str) -> str:
    """Return the id of the export that a key, of its job or of a part, belongs to."""
    return key.split("|")[2 if key.startswith(ALL_JOBS.low) else 1]
