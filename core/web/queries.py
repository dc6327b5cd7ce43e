"""Query names are an allow list: an unknown one is refused, so that nobody can probe for fields."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from rest_framework.request import Request

from core.errors import InvalidInput

PAGING = frozenset({"cursor", "limit"})


def refuse_unknown(given: Iterable[str], known: Iterable[str]) -> None:
    """`InvalidInput` naming the first query name that is not known here."""
    known = sorted(known)
    for name in given:
        if name not in known:
            may = f"Known: {', '.join(known)}." if known else "Nothing can be asked for here."
            raise InvalidInput(f"There is no filter {name!r}. {may}", field=name[:60])


class StrictQuery:
    """Mix-in of API views: refuses query names other than paging, the filter set's and ``query_names``.

    Put it before the view class. A view that reads a query parameter by hand names it in
    ``query_names``.
    """

    query_names: ClassVar[frozenset[str]] = frozenset()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """DRF's hook, after authentication and before the handler."""
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        refuse_unknown(request.query_params, self.known_names())

    def known_names(self) -> frozenset[str]:
        """Every name this view reads from the query."""
        filters = getattr(getattr(self, "filterset_class", None), "base_filters", {})
        paging = PAGING if getattr(self, "pagination_class", None) else frozenset()
        return self.query_names | paging | frozenset(filters)
