"""A model's answer in plain words, as people judge it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from annotation.contents.parts import Text


class AnswerContent(BaseModel):
    """What the model said."""

    model_config = ConfigDict(extra="forbid")

    text: Text
