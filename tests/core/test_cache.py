"""The cache holds plain data, and nothing in it can run."""

from __future__ import annotations

import os
import pickle
from typing import Any

import pytest
from django.core.cache import cache

from core.cache import PlainSerializer

pytestmark = pytest.mark.usefixtures("services")


class Bomb:
    """Unpickling it makes a folder."""

    def __init__(self, path: Any) -> None:
        self.path = str(path)

    def __reduce__(self) -> Any:
        return (os.mkdir, (self.path,))


@pytest.mark.parametrize("value", [b"", b"\xff\xd8jpeg", {"a": [1, None, "é"]}, 7, "7", True, None])
def test_what_is_put_in_comes_out(value: Any) -> None:
    cache.set("thing", value, 60)
    found = cache.get("thing", "absent")
    assert found == value and type(found) is type(value)


def test_numbers_can_be_counted() -> None:
    cache.set("count", 1, 60)
    assert cache.incr("count") == 2 == cache.get("count")


def test_a_pickle_in_the_cache_is_not_opened(tmp_path: Any) -> None:
    place = tmp_path / "ran"
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert PlainSerializer().loads(pickle.dumps(Bomb(place), protocol)) is None
    assert not place.exists()


def test_what_is_no_data_is_refused() -> None:
    with pytest.raises(TypeError):
        cache.set("thing", object())
