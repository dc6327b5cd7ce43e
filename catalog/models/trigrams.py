"""Parts of words that photos are found by, three characters each, in an index of their own.

``photo_trigrams`` (migration 0010) gives all of a title and an author, in capitals. It is our own because
the PostgreSQL that comes with us has no ``pg_trgm``; a gin index over what it gives does the same.
"""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.db.models import BooleanField, Func, TextField, Value
from django.db.models.expressions import Combinable

LENGTH = 3


class Trigrams(Func):
    """The parts of two texts, a PostgreSQL array; only to be asked with `HasTrigrams`."""

    function = "photo_trigrams"
    arity = 2
    output_field = TextField()


class HasTrigrams(Func):
    """Whether the first array holds all of the second one."""

    template = "(%(expressions)s)"
    arg_joiner = " @> "
    arity = 2
    output_field = BooleanField()


def index_of_words(*fields: str, name: str) -> GinIndex:
    """The index that `holds_parts_of` is answered from."""
    return GinIndex(Trigrams(*fields), name=name, fastupdate=False)


def holds_parts_of(word: str, *fields: str) -> Combinable | None:
    """A condition that every row with ``word`` in one of the fields meets, and few others; None for a
    word too short to have parts.

    It asks for the first and the last part only: PostgreSQL reckons with parts that have nothing to do
    with each other, and of all parts it would take a frequent word for a rare one and read all its rows
    where a walk down the newest ones finds a page at once.
    """
    if len(word) < LENGTH:
        return None
    asked = Trigrams(Value(word[:LENGTH]), Value(word[-LENGTH:]))
    return HasTrigrams(Trigrams(*fields), asked)
