"""Long tests first, one at the head of each process's share: none of them is left for the end."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import groupby, islice
from pathlib import Path

import pytest

LONG = {"slow", "train"}


@pytest.hookimpl(trylast=True)  # after the tests were shuffled
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """pytest-xdist cuts the list into equal shares, one for each process."""
    count = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    modules = [list(tests) for _path, tests in groupby(items, key=_file)]
    long = [module for module in modules if any(map(_is_long, module))]
    others = iter([item for module in modules if module not in long for item in module])
    items[:] = [
        item for share in range(count) for item in _share(share, long, others, len(items), count)
    ]


def _share(
    number: int,
    long: list[list[pytest.Item]],
    others: Iterator[pytest.Item],
    total: int,
    count: int,
) -> Iterator[pytest.Item]:
    head = [item for module in long[number::count] for item in module]
    size = total * (number + 1) // count - total * number // count
    yield from head
    yield from islice(others, None if number == count - 1 else max(0, size - len(head)))


def _file(item: pytest.Item) -> Path:
    return item.path


def _is_long(item: pytest.Item) -> bool:
    return any(mark.name in LONG for mark in item.iter_markers())
