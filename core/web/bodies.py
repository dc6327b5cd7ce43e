"""What programs send is parsed once, at the edge; a field we do not know is refused by name."""

from __future__ import annotations

from typing import Any, TypeVar

from rest_framework import serializers
from rest_framework.request import Request

S = TypeVar("S", bound=serializers.Serializer[Any])


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
