"""How our endpoints describe themselves in the OpenAPI schema: grouped by room, errors included."""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema

PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "What happened, why, and what to do.",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "field", "line", "detail"],
            "properties": {
                "code": {"type": "string", "description": "A stable word for programs."},
                "message": {"type": "string", "description": "A sentence for people."},
                "field": {"type": "string", "description": "The field at fault, or empty."},
                "line": {"type": "integer", "nullable": True, "description": "Of a file, from 1."},
                "detail": {"type": "object", "additionalProperties": True},
            },
        }
    },
}
ANSWER = {
    "description": "Any error, by its HTTP status.",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


class RoomSchema(AutoSchema):
    """Tags an operation with its room, the package the view stands in, unless it says otherwise."""

    def get_tags(self) -> list[str]:
        """One tag."""
        return [type(self.view).__module__.partition(".")[0]]


def add_problems(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Post-processing hook: every operation may answer with the one shape of errors."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    for operations in result["paths"].values():
        for operation in operations.values():
            operation["responses"].setdefault("default", ANSWER)
    return result
