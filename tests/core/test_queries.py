"""Query names are an allow list."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.api.jobs import JobsView
from core.errors import InvalidInput
from core.models import Job
from core.web.queries import PAGING, refuse_unknown

FIELDS = sorted(field.name for field in Job._meta.get_fields())
LOOKUPS = ["exact", "startswith", "regex", "in", "isnull", "password", "api_tokens", "email"]
paths = st.lists(st.sampled_from(FIELDS + LOOKUPS), min_size=1, max_size=4).map("__".join)
KNOWN = {"state", "kind", "subject", *PAGING}


def test_a_view_knows_its_filters_and_paging() -> None:
    assert JobsView().known_names() == KNOWN


@given(name=paths | st.text(string.printable, min_size=1, max_size=30))
def test_only_listed_names_pass(name: str) -> None:
    if name in KNOWN:
        refuse_unknown([name], KNOWN)
        return
    with pytest.raises(InvalidInput) as caught:
        refuse_unknown([name], KNOWN)
    assert caught.value.field == name[:60]
