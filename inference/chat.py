"""The wire format of chat completions: our request as a body, the endpoint's reply as a value."""

from __future__ import annotations

import base64
import re
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from inference.errors import EmptyAnswer, MalformedAnswer, ModelDeclined
from inference.messages import Request
from inference.visible import visible_text

_PNG = b"\x89PNG"
_THOUGHT = re.compile(r"^\s*<think>.*?</think>", re.DOTALL)


class _Part(BaseModel):
    text: str = ""


class _Message(BaseModel):
    content: str | list[_Part] | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Tokens(BaseModel):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class _Completion(BaseModel):
    model_config = ConfigDict(extra="ignore")

    choices: list[_Choice]
    model: str | None = None
    system_fingerprint: str | None = None
    usage: _Tokens | None = None


class Reply(BaseModel):
    """One reply: visible ``text``, why it ended, and the tokens it took, also where it is of no use:
    ``is_refusal`` says that the model declined, ``is_void`` that it holds no answer at all."""

    model_config = ConfigDict(frozen=True)

    text: str
    finish_reason: str
    model: str
    revision: str
    tokens_in: int
    tokens_out: int
    has_usage: bool
    is_refusal: bool = False
    is_void: bool = False

    def check(self) -> None:
        """Raises `ModelDeclined` or `EmptyAnswer` where there is nothing to read."""
        if self.is_void:
            raise EmptyAnswer(
                "The endpoint's answer holds no choice. Try again or change the model."
            )
        if self.is_refusal:
            raise ModelDeclined(
                "The model declined to work on this photo. Choose another model, or leave it out."
            )


def chat_messages(request: Request) -> list[dict[str, Any]]:
    """Images first, instruction last: servers then reuse the prefix for the next question."""
    content: list[dict[str, Any]] = [
        {"type": "image_url", "image_url": {"url": data_url(image)}} for image in request.images
    ]
    content.append({"type": "text", "text": request.prompt.text})
    messages: list[dict[str, Any]] = [{"role": "user", "content": content}]
    if request.prompt.system:
        messages.insert(0, {"role": "system", "content": request.prompt.system})
    return messages


def repair_messages(request: Request, answer: str, problem: str) -> list[dict[str, Any]]:
    """The conversation so far, its unusable answer, and what is wrong with it."""
    return [
        *chat_messages(request),
        {"role": "assistant", "content": answer[:8_000]},
        {
            "role": "user",
            "content": f"That cannot be used: {problem} Answer again with the one JSON object that "
            "was asked for and nothing else.",
        },
    ]


def data_url(image: bytes) -> str:
    """JPEG or PNG bytes as a data URL."""
    kind = "png" if image.startswith(_PNG) else "jpeg"
    return f"data:image/{kind};base64,{base64.b64encode(image).decode()}"


def read_reply(body: bytes) -> Reply:
    """Parses a reply's body. Raises `MalformedAnswer` when it is no chat completion."""
    try:
        reply = _Completion.model_validate_json(body)
    except ValidationError:
        raise MalformedAnswer(
            "The endpoint answered, but not with a chat completion. Check that the address ends "
            "in /v1 and belongs to an OpenAI-compatible server."
        ) from None
    usage = reply.usage or _Tokens()
    choice = reply.choices[0] if reply.choices else _Choice(message=_Message())
    return Reply(
        text=_THOUGHT.sub("", visible_text(_text_of(choice.message))).strip(),
        finish_reason=choice.finish_reason or "unknown",
        model=reply.model or "",
        revision=reply.system_fingerprint or "",
        tokens_in=usage.prompt_tokens or 0,
        tokens_out=usage.completion_tokens or 0,
        has_usage=reply.usage is not None,
        is_refusal=bool(choice.message.refusal) or choice.finish_reason == "content_filter",
        is_void=not reply.choices,
    )


def _text_of(message: _Message) -> str:
    if isinstance(message.content, list):
        return "".join(part.text for part in message.content)
    return message.content or ""
