"""What the API's writing endpoints take, read from its own schema."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import resolve
from drf_spectacular.generators import SchemaGenerator

from tests.routes import Row


@dataclass(frozen=True)
class Body:
    """The fields a JSON body may have, and one body that has them all."""

    fields: dict[str, Any]
    example: dict[str, Any]


def body_of(row: Row, url: str) -> Body | None:
    """What this write takes; None if it takes no JSON."""
    route = _nameless(re.sub(r"<\w+:(\w+)>", r"{\1}", "/" + resolve(url.partition("?")[0]).route))
    operation = _operations().get((route, row.method.lower()), {})
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content is None:
        return None
    fields = _resolved(content["schema"]).get("properties", {})
    example = {name: _value(shape) for name, shape in fields.items()}
    return Body(fields, {**example, **(row.body or {})})


@cache
def _schema() -> dict[str, Any]:
    return dict(SchemaGenerator().get_schema(request=None, public=True))


@cache
def _operations() -> dict[tuple[str, str], dict[str, Any]]:
    paths = _schema()["paths"].items()
    return {(_nameless(path), method): each for path, ops in paths for method, each in ops.items()}


def _nameless(path: str) -> str:
    return re.sub(r"\{\w+\}", "{}", path)


def _resolved(shape: dict[str, Any]) -> dict[str, Any]:
    name = shape.get("$ref", "").rpartition("/")[2]
    return dict(_schema()["components"]["schemas"][name]) if name else shape


def _value(shape: dict[str, Any]) -> Any:
    if "enum" in shape:
        return shape["enum"][0]
    kinds = {"string": "a word", "integer": 1, "number": 0.5, "boolean": True, "array": []}
    return kinds.get(shape.get("type", ""), {})


def with_strings(value: Any, others: tuple[str, ...]) -> Iterator[Any]:
    """Copies of ``value``, each with one string inside replaced by one of the others."""
    if isinstance(value, str):
        yield from others
    if isinstance(value, (dict, list)):
        for at, each in list(value.items() if isinstance(value, dict) else enumerate(value)):
            for changed in with_strings(each, others):
                copy = value.copy()
                copy[at] = changed
                yield copy
