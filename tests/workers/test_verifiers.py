"""The contract of verifiers, over the registry."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Project, User
from annotation.models import DraftKind
from annotation.services.draft_work import store_draft
from tests.catalog.imports import imported_photo
from workers.verifiers import Check, Verifier, registry

CONTENT: dict[DraftKind, dict[str, Any]] = {
    DraftKind.GUIDANCE: {"overall": "Lovely.", "guidance": "Perfect as it is."},
    DraftKind.CROPS: {"crops": [{"box": [0.4, 0.4, 0.5, 0.5]}, {"box": [0, 0, 1, 0.1]}]},
}


@pytest.mark.parametrize("plugin", list(registry), ids=registry.names())
def test_verifiers_name_themselves_and_their_kinds(plugin: type[Verifier]) -> None:
    assert plugin.name and plugin.title and plugin.kinds
    assert plugin.kinds <= set(DraftKind)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("plugin", list(registry), ids=registry.names())
def test_verifiers_find_fault_with_a_bad_draft_in_words(
    plugin: type[Verifier], project: Project, kim: User
) -> None:
    from inference.backends import Source, open_backend

    photo = imported_photo(project, kim)
    for kind in plugin.kinds:
        draft = store_draft(
            photo=photo,
            kind=kind,
            content=CONTENT[kind],
            work_key=kind,
            provenance={"backend": "t"},
        )
        with open_backend(Source("rules")) as asks:
            found = plugin().check(Check(draft, lambda: _picture(photo), asks)).findings
        assert found
        assert all(finding.message.endswith(".") and finding.is_blocking for finding in found)


def _picture(photo: object) -> bytes:
    from catalog.selectors.pixels import rendition_bytes

    return rendition_bytes(photo, 1024)  # type: ignore[arg-type]
