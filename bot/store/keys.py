"""Every key name in the store, and how long what is behind it may live.

A kind is the one word for a collection ("job", "scene"). Behind ``record()`` is a hash with the
record's JSON and the list of indexes that hold it; behind ``index()`` a sorted set of record ids,
scored by the record's creation in milliseconds; behind ``lost()`` a record that could not be read.
Ids come from outside, so no name ends in anything but an id.
"""

from datetime import timedelta

ROOT = "vivant"

QUOTA = timedelta(days=2)
"""Counts of a day outlast it everywhere."""

LOST = timedelta(days=30)
"""Unreadable records may hold texts, so they do not stay for ever either."""


def records(kind: str) -> str:
    """What every record key of ``kind`` begins with."""
    return f"{ROOT}:{kind}:"


def record(kind: str, record_id: str) -> str:
    """The record itself."""
    return records(kind) + record_id


def lost(kind: str, record_id: str) -> str:
    """Where an unreadable record is set aside."""
    return f"{ROOT}:lost:{kind}:{record_id}"


def index(kind: str, by: str, value: object = "") -> str:
    """The ids of the records of ``kind`` that share ``value`` under ``by``."""
    return f"{ROOT}:index:{kind}:{by}:{value}"


def option(key: str) -> str:
    """A cached value with an end of its own."""
    return f"{ROOT}:option:{key}"


def options_of(owner_id: int) -> str:
    """The names of the cached values that belong to a person."""
    return f"{ROOT}:options:{owner_id}"


def quota(day: str, what: str, scope: str) -> str:
    """How much of something a scope used on a day."""
    return f"{ROOT}:quota:{day}:{what}:{scope}"


def lease(name: str) -> str:
    """The random token of whoever holds the lease."""
    return f"{ROOT}:lease:{name}"
