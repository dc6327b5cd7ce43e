"""Any OpenAI-compatible endpoint: OpenAI, vLLM, SGLang, Ollama, ``transformers serve``."""

from __future__ import annotations

import time
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Literal

import orjson
from pydantic import Field

from core.errors import InvalidInput, ReframeError
from inference.backends import Answer, Backend, Request, Source, Usage
from inference.chat import Reply, chat_messages, read_reply, repair_messages
from inference.endpoints import check_endpoint
from inference.errors import (
    EmptyAnswer,
    EndpointOverloaded,
    EndpointRefused,
    EndpointTimeout,
    EndpointUnreachable,
    MalformedAnswer,
)
from inference.extracting import read_answer
from inference.gates import Gate
from inference.limits import Limits, estimated_tokens_in
from inference.retrying import RetryPolicy, call_with_retries, read_retry_after
from inference.settings import (
    SamplingSettings,
    credential_problems,
    read_key,
    read_settings,
    settings_problems,
)
from inference.turns import Turn

if TYPE_CHECKING:
    import httpx2

_REFUSED = {
    401: "does not accept the key. Check the variable that the credential names",
    403: "does not allow this. Check the key and what it may use",
    404: "does not know this model or path. Check the address (it ends in /v1) and the model name",
    413: "finds the request too large. Send a smaller rendition",
}


class EndpointSettings(SamplingSettings):
    """``price_in`` and ``price_out`` are US dollars per million tokens. ``response_format`` is how
    the schema is sent; choose ``none`` for servers that reject it. ``omit`` names request fields
    that a server does not know. ``image_tokens`` is about what one picture takes, for limits and
    budgets; ``opens_after`` failures in a row let the endpoint rest, at first for ``rest_s``."""

    timeout_s: Annotated[float, Field(gt=0, le=900)] = 120.0
    max_attempts: Annotated[int, Field(ge=1, le=10)] = 4
    first_wait_s: Annotated[float, Field(ge=0, le=30)] = 0.5
    longest_wait_s: Annotated[float, Field(ge=0, le=300)] = 60.0
    parallel: Annotated[int, Field(ge=1, le=64)] = 8
    requests_per_minute: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    tokens_per_minute: Annotated[int, Field(ge=1, le=1_000_000_000)] | None = None
    image_tokens: Annotated[int, Field(ge=0, le=100_000)] = 1500
    opens_after: Annotated[int, Field(ge=2, le=1000)] = 10
    rest_s: Annotated[float, Field(gt=0, le=300)] = 30.0
    price_in: Annotated[float, Field(ge=0)] | None = None
    price_out: Annotated[float, Field(ge=0)] | None = None
    response_format: Literal["json_schema", "json_object", "none"] = "json_schema"
    limit_name: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    omit: list[Literal["temperature", "top_p", "seed"]] = []

    def limits(self) -> Limits:
        """What the endpoint's gate holds to."""
        return Limits(
            parallel=self.parallel,
            requests_per_minute=self.requests_per_minute,
            tokens_per_minute=self.tokens_per_minute,
            opens_after=self.opens_after,
            rest_s=self.rest_s,
            patience_s=self.longest_wait_s,
        )


class OpenAIBackend(Backend):
    """Chat completions with images as data URLs. A schema is asked for, and always checked on our
    side, with one round of repair."""

    name = "openai"
    title = "OpenAI-compatible endpoint"

    def __init__(self, source: Source, *, allowed_local: tuple[str, ...] = ()) -> None:
        super().__init__(source, allowed_local=allowed_local)
        self.endpoint = check_endpoint(source.location, allowed_local)
        self.settings = read_settings(EndpointSettings, dict(source.parameters))
        self.parallel = self.settings.parallel
        # Providers limit by model and key; so these two and the address are what is shared.
        shared = f"{self.endpoint.url} {source.model} {source.credential}"
        name = f"{source.model} at {self.endpoint.host}:{self.endpoint.port}"
        self.gate = Gate(shared, name, self.settings.limits())

    @classmethod
    def configure(
        cls, source: Source, *, allowed_local: tuple[str, ...] = ()
    ) -> list[ReframeError]:
        """Checks address, model name, key name and parameters without connecting."""
        problems: list[ReframeError] = []
        try:
            check_endpoint(source.location, allowed_local)
        except ReframeError as error:
            problems.append(error)
        if not source.model.strip():
            problems.append(InvalidInput("Give the model's name at the endpoint.", field="model"))
        problems += credential_problems(source.credential)
        return problems + settings_problems(EndpointSettings, dict(source.parameters))

    def answer(self, request: Request) -> Answer:
        """One answer; retries what may pass, repairs once what cannot be read."""
        call = _Call(self, request)
        try:
            reply = call.ask(chat_messages(request))
            data = call.read(reply)
        except ReframeError as error:
            error.detail |= call.spent()
            raise
        return self.answered(
            request,
            text=call.text,
            data=data,
            usage=call.usage(),
            model=call.last.model or self.source.model,
            revision=self.source.revision or call.last.revision,
            finish_reason=call.last.finish_reason,
        )

    def rest(self) -> Turn | None:
        """Why nobody may ask the endpoint now."""
        return self.gate.rest()

    def wake(self) -> None:
        """The next call is made whatever the breaker says."""
        self.gate.wake()

    def turn_away(self) -> None:
        """Nobody waits at the gate any longer."""
        self.gate.shut()

    @property
    def holds_up(self) -> str:
        """Why calls wait."""
        return self.gate.holds_up

    @property
    def is_dead(self) -> str:
        """What its breaker opened for, until a call is answered."""
        return self.gate.is_dead

    def worst_cost(self, request: Request) -> float | None:
        """What an answer and its repair cost at most, by the estimate of what goes in."""
        settings = self.settings
        if settings.price_in is None or settings.price_out is None:
            return None
        tokens_in = estimated_tokens_in(request, image_tokens=settings.image_tokens)
        tokens_out = request.parameters.max_tokens
        repairs = request.schema is not None
        all_in = 2 * tokens_in + tokens_out if repairs else tokens_in
        all_out = 2 * tokens_out if repairs else tokens_out
        return (all_in * settings.price_in + all_out * settings.price_out) / 1_000_000

    @cached_property
    def client(self) -> httpx2.Client:
        """Connected only to the checked address; its lines stay open from call to call."""
        from inference.pinned import pinned_client

        key = read_key(self.source.credential) or "none"
        return pinned_client(
            self.endpoint, timeout=self.settings.timeout_s, connections=self.parallel,
            headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
        )  # fmt: skip

    def complete(self, messages: list[dict[str, Any]], request: Request) -> Reply:
        """One HTTP call through the endpoint's gate."""
        tokens = estimated_tokens_in(request, image_tokens=self.settings.image_tokens)
        with self.gate.passing(tokens + request.parameters.max_tokens) as passed:
            reply = self._post(messages, request)
            passed.tokens = reply.tokens_in + reply.tokens_out
            return reply

    def _post(self, messages: list[dict[str, Any]], request: Request) -> Reply:
        """One HTTP call, its failures put into our words."""
        import httpx2

        try:
            answer = self.client.post(
                f"{self.endpoint.url}/chat/completions",
                content=orjson.dumps(self._body(messages, request)),
            )
        except httpx2.TimeoutException:
            raise EndpointTimeout(
                f"The endpoint did not answer within {self.settings.timeout_s:g} seconds. Raise "
                "timeout_s, or use a faster model."
            ) from None
        except httpx2.RequestError:
            raise EndpointUnreachable(
                f"The endpoint at {self.endpoint.host}:{self.endpoint.port} does not answer. Check "
                "the address and that the server is running."
            ) from None
        if not answer.is_success:
            raise _status_error(answer)
        return read_reply(answer.content)

    def _body(self, messages: list[dict[str, Any]], request: Request) -> dict[str, Any]:
        sampling = request.parameters
        body: dict[str, Any] = {
            "model": self.source.model,
            "messages": messages,
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
            "seed": sampling.seed,
            self.settings.limit_name: sampling.max_tokens,
        }
        if request.schema is not None and self.settings.response_format == "json_schema":
            name = request.step.replace(".", "_")
            hint = {"name": name, "schema": dict(request.schema), "strict": True}
            body["response_format"] = {"type": "json_schema", "json_schema": hint}
        elif request.schema is not None and self.settings.response_format == "json_object":
            body["response_format"] = {"type": "json_object"}
        left_out = {*self.settings.omit, *({"seed"} if sampling.seed is None else ())}
        return {key: value for key, value in body.items() if key not in left_out}

    def close(self) -> None:
        """Closes the connections, if any were opened."""
        if "client" in self.__dict__:
            self.client.close()
            del self.__dict__["client"]


class _Call:
    """One request's calls: the first ones and a repair, with what all of them cost together."""

    def __init__(self, backend: OpenAIBackend, request: Request) -> None:
        self.backend = backend
        self.request = request
        self.started = time.monotonic()
        self.attempts = 0
        self.replies: list[Reply] = []
        self.text = ""

    @property
    def last(self) -> Reply:
        return self.replies[-1]

    def ask(self, messages: list[dict[str, Any]]) -> Reply:
        settings = self.backend.settings
        policy = RetryPolicy(
            attempts=settings.max_attempts,
            first_wait=settings.first_wait_s,
            longest_wait=settings.longest_wait_s,
        )
        try:
            reply, attempts = call_with_retries(
                lambda: self.backend.complete(messages, self.request), policy
            )
        except ReframeError as error:
            self.attempts += int(str(error.detail.get("attempts", 1)))
            raise
        self.attempts += attempts
        self.replies.append(reply)
        reply.check()
        self.text = reply.text
        return reply

    def read(self, reply: Reply) -> dict[str, Any] | None:
        """The checked object of the reply, or of its repair; None without a schema."""
        if self.request.schema is None:
            if not reply.text:
                raise EmptyAnswer("The model answered with nothing. Try again or change the model.")
            return None
        try:
            return read_answer(self.request.step, reply.text)
        except MalformedAnswer as error:
            if reply.finish_reason == "length":
                raise MalformedAnswer(
                    "The model's answer was cut off at the token limit. Raise max_tokens."
                ) from None
            problem = error.message
        repaired = self.ask(repair_messages(self.request, reply.text, problem))
        return read_answer(self.request.step, repaired.text)

    def usage(self) -> Usage:
        tokens_in = sum(each.tokens_in for each in self.replies)
        tokens_out = sum(each.tokens_out for each in self.replies)
        return Usage(
            tokens_in=tokens_in,
            tokens_out=tokens_out,
            cost_usd=self._cost(tokens_in, tokens_out),
            latency_ms=round((time.monotonic() - self.started) * 1000),
            attempts=self.attempts,
        )

    def spent(self) -> dict[str, object]:
        """What a failed call cost, for the error's detail."""
        usage = self.usage()
        return {
            "attempts": usage.attempts,
            "latency_ms": usage.latency_ms,
            "tokens_in": usage.tokens_in,
            "tokens_out": usage.tokens_out,
            "cost_usd": usage.cost_usd,
        }

    def _cost(self, tokens_in: int, tokens_out: int) -> float | None:
        """None where a price or the endpoint's count of tokens is missing."""
        settings = self.backend.settings
        if settings.price_in is None or settings.price_out is None:
            return None
        if not all(each.has_usage for each in self.replies):
            return None
        return (tokens_in * settings.price_in + tokens_out * settings.price_out) / 1_000_000


def _status_error(answer: httpx2.Response) -> ReframeError:
    """Our words for a status; the endpoint's own body is never passed on."""
    status = answer.status_code
    if status in {408, 425, 429} or status >= 500:
        wait = read_retry_after(answer.headers.get("retry-after"))
        words = "is limiting requests" if status == 429 else f"fails with status {status}"
        return EndpointOverloaded(
            f"The endpoint {words}. Try again later, or lower the number of parallel requests.",
            detail={"status": status} | ({} if wait is None else {"retry_after_s": wait}),
        )
    if 300 <= status < 400:
        words = "sends us to another address, which is not followed. Give its final address"
    else:
        words = _REFUSED.get(
            status, f"rejects the request (status {status}). Check model and parameters"
        )
    return EndpointRefused(f"The endpoint {words}.", detail={"status": status})
