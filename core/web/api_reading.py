"""The OpenAPI schema, read into what the documentation page shows: rooms, operations, fields.

Source of the format: OpenAPI 3.0.3, sections 4.7.10 (operations) and 4.7.24 (schemas).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator

ROOMS = {
    "accounts": "People and projects",
    "catalog": "Photos",
    "annotation": "Drafts, campaigns, answers",
    "curation": "Scores and datasets",
    "training": "Training and models",
}
JSON_BODY, FORM_BODY = "application/json", "multipart/form-data"
EXAMPLES: dict[str, Any] = {"integer": 1, "number": 0.5, "boolean": True, "object": {}}


@dataclass(frozen=True)
class Field:
    """A parameter or a field of a body; ``where`` is path, query, body or answer."""

    name: str
    where: str
    kind: str
    is_required: bool
    note: str
    example: Any


@dataclass(frozen=True)
class Operation:
    """One method of one address."""

    name: str
    method: str
    path: str
    words: str
    parameters: list[Field]
    body: list[Field]
    answer: list[Field]
    answer_is_list: bool
    status: str
    curl: str


@dataclass(frozen=True)
class Room:
    """The operations of one package."""

    name: str
    title: str
    operations: list[Operation]


@lru_cache(maxsize=4)
def rooms(site: str) -> list[Room]:
    """Every operation by room; ``site`` is the address that the examples call."""
    # The generator comes without types.
    schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    found: dict[str, list[Operation]] = {name: [] for name in ROOMS}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            tag = operation.get("tags", ["accounts"])[0]
            found.setdefault(tag, []).append(_operation(schema, site, path, method, operation))
    return [Room(name, ROOMS.get(name, name), each) for name, each in found.items() if each]


def _operation(
    schema: dict[str, Any], site: str, path: str, method: str, operation: dict[str, Any]
) -> Operation:
    parameters = [_parameter(schema, each) for each in operation.get("parameters", [])]
    content = operation.get("requestBody", {}).get("content", {})
    media = JSON_BODY if JSON_BODY in content else FORM_BODY if FORM_BODY in content else ""
    body = list(_fields(schema, content.get(media, {}).get("schema", {}), "body"))
    status = next((code for code in operation["responses"] if code.startswith("2")), "")
    answered = operation["responses"].get(status, {}).get("content", {}).get(JSON_BODY, {})
    answer, is_list = _answer(schema, answered.get("schema", {}))
    return Operation(
        name=operation["operationId"],
        method=method.upper(),
        path=path,
        words=operation.get("description", "").strip(),
        parameters=parameters,
        body=body,
        answer=answer,
        answer_is_list=is_list,
        status=status,
        curl=_curl(site, method.upper(), path, parameters, (media, body)),
    )


def _answer(schema: dict[str, Any], answered: dict[str, Any]) -> tuple[list[Field], bool]:
    shape = _resolve(schema, answered)
    rows = _resolve(schema, shape.get("properties", {}).get("results", {}))
    shape = rows or shape
    is_list = shape.get("type") == "array"
    if is_list:
        shape = shape.get("items", {})
    return list(_fields(schema, shape, "answer")), is_list


def _parameter(schema: dict[str, Any], given: dict[str, Any]) -> Field:
    shape = _resolve(schema, given.get("schema", {}))
    return Field(
        name=given["name"],
        where=given["in"],
        kind=_kind(schema, shape),
        is_required=bool(given.get("required")),
        note=given.get("description", ""),
        example=_example(schema, shape),
    )


def _fields(schema: dict[str, Any], shape: dict[str, Any], where: str) -> Iterator[Field]:
    shape = _resolve(schema, shape)
    required = shape.get("required", [])
    for name, given in shape.get("properties", {}).items():
        one = _resolve(schema, given)
        note = given.get("description", "") or one.get("description", "")
        is_required = name in required
        example = _example(schema, one)
        yield Field(name, where, _kind(schema, one), is_required, _plain(note), example)


def _resolve(schema: dict[str, Any], shape: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in shape or "allOf" in shape or "oneOf" in shape:
        shape = shape.get("allOf", shape.get("oneOf", [shape]))[0]
        if "$ref" in shape:
            shape = schema["components"]["schemas"][shape["$ref"].rpartition("/")[2]]
    return shape


def _kind(schema: dict[str, Any], shape: dict[str, Any]) -> str:
    if "enum" in shape:
        return " | ".join(str(value) for value in shape["enum"] if value not in ("", None))
    if shape.get("type") == "array":
        return f"list of {_kind(schema, _resolve(schema, shape.get('items', {})))}"
    return str(shape.get("format") or shape.get("type") or "any")


def _plain(note: str) -> str:
    # drf-spectacular lists choices as "* `read` - read"; the kind says them already.
    return "\n".join(line for line in note.splitlines() if not line.startswith("* `")).strip()


def _example(schema: dict[str, Any], shape: dict[str, Any]) -> Any:
    if "enum" in shape:
        return shape["enum"][0]
    if shape.get("type") == "array":
        return [_example(schema, _resolve(schema, shape.get("items", {})))]
    return EXAMPLES.get(shape.get("type", ""), "...")


def _curl(
    site: str,
    method: str,
    path: str,
    parameters: list[Field],
    sent: tuple[str, list[Field]],
) -> str:
    media, body = sent
    parts = ["curl"]
    if method != "GET":
        parts.append(f"-X {method}")
    parts.append("-H 'Authorization: Token rf_...'")
    if media == JSON_BODY and body:
        example = json.dumps({field.name: field.example for field in body})
        parts += ["-H 'Content-Type: application/json'", f"-d '{example}'"]
    elif media == FORM_BODY:
        parts += [f"-F {field.name}={_form_value(field)}" for field in body]
    return " ".join([*parts, site + path])


def _form_value(field: Field) -> str:
    return "@file" if field.kind == "binary" else str(field.example)
