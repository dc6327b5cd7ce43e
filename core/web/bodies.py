"""What programs send is parsed once, at the edge; a field we do not know is refused by name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import IO, Any, TypeVar

import orjson
from rest_framework import serializers
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser
from rest_framework.request import Request

S = TypeVar("S", bound=serializers.Serializer[Any])


class StrictJSONParser(JSONParser):
    """Python's own JSON reads what no row and no answer can hold: half of a character, infinity,
    thousands of brackets. This one refuses it, and says where it stands."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """DRF's hook: the body of a request."""
        try:
            return orjson.loads(stream.read())
        except orjson.JSONDecodeError as error:
            raise ParseError(f"The body cannot be read as JSON: {error}.") from None


class StrictSerializer(serializers.Serializer[Any]):
    """A serializer of request bodies: unknown and read-only fields are errors, never ignored.

    Nobody learns by silence that ``is_administrator`` or ``created_at`` was not stored.
    """

    def to_internal_value(self, data: Any) -> Any:
        """DRF's hook: the body before its fields are looked at."""
        if isinstance(data, dict):
            writable = {name for name, field in self.fields.items() if not field.read_only}
            unknown = sorted(str(name) for name in data if name not in writable)
            if unknown:
                raise serializers.ValidationError(
                    {unknown[0][:60]: ["There is no such field here."]}
                )
        return super().to_internal_value(data)


def parse(kind: type[S], request: Request) -> dict[str, Any]:
    """The checked body of ``request``; errors leave in the one shape of our API."""
    serializer = kind(data=request.data)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def parse_often(kind: type[S], request: Request) -> dict[str, Any]:
    """The same for bodies that come all the time, whose fields take longer to make than to use. Only
    for serializers that look at nothing but the data."""
    return dict(_kept(kind).run_validation(request.data))


@cache
def _kept(kind: type[S]) -> S:
    return kind()
