"""One closed registry per kind of plug-in: the folder is the list.

A plug-in package's ``__init__`` holds the base class with its manual and
``registry = Registry(__name__, Base)``. Every module in that folder that defines exactly one
concrete subclass adds one plug-in, named by its ``name``. No Django here, and importing a plug-in
file must be cheap: no torch, no network, no query.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from functools import cached_property
from typing import Generic, TypeVar

from core.errors import InvalidInput, Misconfigured

T = TypeVar("T")


class Registry(Generic[T]):
    """Finds, names and hands out the plug-ins of one package.

    ``package`` is the dotted name of the plug-in folder, ``base`` the class that each plug-in
    subclasses. The plug-ins are classes; ``get`` returns the class, never an instance.
    """

    def __init__(self, package: str, base: type[T]) -> None:
        self.package = package
        self.base = base

    @cached_property
    def _by_name(self) -> dict[str, type[T]]:
        found: dict[str, type[T]] = {}
        for module_name in sorted(self._module_names()):
            plugin = self._plugin_in(module_name)
            name = getattr(plugin, "name", "")
            if not name or name in found:
                raise Misconfigured(f"{module_name} needs a name of its own, not {name!r}.")
            found[name] = plugin
        return found

    def _module_names(self) -> list[str]:
        folder = importlib.import_module(self.package).__path__
        return [
            f"{self.package}.{module.name}"
            for module in pkgutil.iter_modules(folder)
            if not module.name.startswith("_") and not module.ispkg
        ]

    def _plugin_in(self, module_name: str) -> type[T]:
        module = importlib.import_module(module_name)
        classes = [
            value
            for value in vars(module).values()
            if inspect.isclass(value)
            and issubclass(value, self.base)
            and value.__module__ == module_name
            and not inspect.isabstract(value)
        ]
        if len(classes) != 1:
            raise Misconfigured(f"{module_name} must define exactly one {self.base.__name__}.")
        return classes[0]

    def get(self, name: str) -> type[T]:
        """The plug-in called ``name``; `InvalidInput` lists the known ones if there is none."""
        try:
            return self._by_name[name]
        except KeyError:
            known = ", ".join(self._by_name)
            raise InvalidInput(f"There is no {name!r} here. Known: {known}.") from None

    def names(self) -> list[str]:
        """All names, sorted."""
        return list(self._by_name)

    def choices(self) -> list[tuple[str, str]]:
        """``(name, title)`` pairs for a form or a model field (pass the function, not its value)."""
        return [(name, getattr(cls, "title", name)) for name, cls in self._by_name.items()]

    def __iter__(self) -> Iterator[type[T]]:
        return iter(self._by_name.values())

    def __contains__(self, name: object) -> bool:
        return name in self._by_name
