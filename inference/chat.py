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
    prompt_tokens: int = 0
    completion_tokens: int = 0


class _Completion(BaseModel):
    model_config = ConfigDict(extra="ignore")

    choices: list[_Choice]
    model: str | None = None
    system_fingerprint: str | None = None
    usage: _Tokens | None = None


class Reply(BaseModel):
    """One reply: visible ``text``, why it ended, and the tokens it took."""

    model_config = ConfigDict(frozen=True)

    text: str
    finish_reason: str
    model: str
    revision: str
    tokens_in: int
    tokens_out: int
    has_usage: bool


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
    """Parses a reply's body. Raises `MalformedAnswer` when it is no chat completion, and
    `ModelDeclined` when it says that the model refused."""
    try:
        reply = _Completion.model_validate_json(body)
    except ValidationError:
        raise MalformedAnswer(
            "The endpoint answered, but not with a chat completion. Check that the address ends "
            "in /v1 and belongs to an OpenAI-compatible server."
        ) from None
    if not reply.choices:
        raise EmptyAnswer("The endpoint's answer holds no choice. Try again or change the model.")
    choice = reply.choices[0]
    if choice.message.refusal or choice.finish_reason == "content_filter":
        raise ModelDeclined(
            "The model declined to work on this photo. Choose another model, or leave it out."
        )
    usage = reply.usage or _Tokens()
    return Reply(
        text=_THOUGHT.sub("", visible_text(_text_of(choice.message))).strip(),
        finish_reason=choice.finish_reason or "unknown",
        model=reply.model or "",
        revision=reply.system_fingerprint or "",
        tokens_in=usage.prompt_tokens,
        tokens_out=usage.completion_tokens,
        has_usage=reply.usage is not None,
    )


def _text_of(message: _Message) -> str:
    if isinstance(message.content, list):
        return "".join(part.text for part in message.content)
    return message.content or ""
