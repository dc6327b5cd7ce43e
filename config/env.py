"""Typed readers of the environment; a value that cannot be read stops the start with a hint."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import environ
from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")

_env = environ.Env()


def load_file(path: Path) -> None:
    """Read ``NAME=value`` lines from ``path`` if it exists; the real environment wins."""
    if path.is_file():
        environ.Env.read_env(path)


def text(name: str, default: str = "") -> str:
    """The variable as it stands, without surrounding blanks."""
    return str(_env.str(name, default=default)).strip()


def flag(name: str, *, default: bool) -> bool:
    """A yes or no: 1/0, true/false, yes/no, on/off."""
    known = {"1": True, "true": True, "yes": True, "on": True}
    known |= {"0": False, "false": False, "no": False, "off": False, "": default}
    return _read(name, lambda word: known[word.lower()], default, "1 or 0")


def number(name: str, default: int) -> int:
    """A whole number."""
    return _read(name, lambda word: int(word) if word else default, default, "a whole number")


def names(name: str, default: list[str] | None = None) -> list[str]:
    """A list written with commas; blanks and empty parts are left out."""
    if name not in os.environ:
        return list(default or [])
    return [part.strip() for part in os.environ[name].split(",") if part.strip()]


def path(name: str, default: Path) -> Path:
    """A folder or file; relative paths start at the working folder."""
    word = text(name)
    return Path(word).expanduser().resolve() if word else default


def _read(name: str, convert: Callable[[str], T], default: T, wanted: str) -> T:
    if name not in os.environ:
        return default
    try:
        return convert(os.environ[name].strip())
    except (KeyError, ValueError):
        value = os.environ[name]
        raise ImproperlyConfigured(f"{name} must be {wanted}, not {value!r}.") from None
