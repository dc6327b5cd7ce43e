"""The family of errors that a person may read: every one says what happened, why, and what to do.

No Django here. Pages and the API turn each class into one HTTP status in one place
(``core.web.problems``); a job stores the words on its row.
"""

from __future__ import annotations


class ReframeError(Exception):
    """A failure that can be explained. ``message`` is a sentence for the person who caused it.

    ``field`` names the input at fault, ``line`` the line of a file (from 1), ``code`` is a stable
    word for programs.
    """

    code = "error"
    status = 400

    def __init__(
        self,
        message: str,
        *,
        field: str = "",
        line: int | None = None,
        code: str = "",
        detail: dict[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.line = line
        self.code = code or type(self).code
        self.detail = detail or {}

    def __str__(self) -> str:
        return f"Line {self.line}: {self.message}" if self.line is not None else self.message


class InvalidInput(ReframeError):
    """What was sent cannot be accepted; nothing was changed."""

    code = "invalid"
    status = 400


class NotAllowed(ReframeError):
    """The person's role does not reach this."""

    code = "not_allowed"
    status = 403


class NotFound(ReframeError):
    """There is no such thing, or none that this person may know of."""

    code = "not_found"
    status = 404


class Conflict(ReframeError):
    """The thing has moved on since it was read: taken, submitted, frozen, changed."""

    code = "conflict"
    status = 409


class TooLarge(ReframeError):
    """A file, picture or answer is over its limit."""

    code = "too_large"
    status = 413


class Unavailable(ReframeError):
    """A service we depend on does not answer, or is full; the same call may work later."""

    code = "unavailable"
    status = 503


class Misconfigured(ReframeError):
    """A setting, a plug-in or a model folder is wrong; a person must change it."""

    code = "misconfigured"
    status = 500
