"""What can go wrong between us and a model, in words that say what to do about it.

``is_transient`` tells a pipeline whether the same request may succeed later without anybody
changing anything. ``detail`` carries what the failed call cost where that is known:
``attempts``, ``latency_ms``, ``tokens_in``, ``tokens_out``.
"""

from __future__ import annotations

from core.errors import InvalidInput, Misconfigured, ReframeError, TooLarge, Unavailable


class EndpointUnreachable(Unavailable):
    """Nothing answers at the address, or the connection broke."""

    code = "endpoint_unreachable"
    is_transient = True


class EndpointTimeout(Unavailable):
    """The endpoint took the request but did not answer in time."""

    code = "endpoint_timeout"
    status = 504
    is_transient = True


class EndpointOverloaded(Unavailable):
    """The endpoint still says 429 or 5xx after all retries."""

    code = "endpoint_overloaded"
    is_transient = True


class EndpointResting(Unavailable):
    """It was not asked, or its failures made it rest: what waits for it is not to blame."""

    code = "endpoint_resting"
    is_transient = True


class EndpointRefused(Misconfigured):
    """The endpoint rejects the request itself (4xx): key, model name or parameters are wrong."""

    code = "endpoint_refused"
    status = 502
    is_transient = False


class ForbiddenEndpoint(InvalidInput):
    """The address leads to a place the server must not call (private, loopback, metadata...)."""

    code = "forbidden_endpoint"
    is_transient = False


class ModelFolderUnusable(Misconfigured):
    """A local model folder is missing, empty, incomplete, or holds files that may run code."""

    code = "model_folder"
    is_transient = False


class BadAnswer(Unavailable):
    """The model answered, but not with something that can be used."""

    code = "bad_answer"
    status = 502
    is_transient = False


class MalformedAnswer(BadAnswer):
    """Not JSON where JSON was asked for, or JSON of another shape, also after one repair."""

    code = "malformed_answer"


class EmptyAnswer(BadAnswer):
    """No text at all."""

    code = "empty_answer"


class ModelDeclined(BadAnswer):
    """The model declines to work on this photo or text."""

    code = "model_declined"


class AnswerTooLarge(TooLarge):
    """The answer went over the size limit and was cut off unread."""

    code = "answer_too_large"
    is_transient = False


class NotRecorded(BadAnswer):
    """The replay backend holds no recorded answer for this request."""

    code = "not_recorded"


def is_transient(error: ReframeError) -> bool:
    """Whether the same request may succeed later without a person changing anything."""
    return bool(getattr(error, "is_transient", isinstance(error, Unavailable)))
