"""Loads a model's processor, also where torchvision is missing.

Qwen-VL and SmolVLM processors demand a video processor, whose class needs torchvision; there is no
torchvision for CPU builds of torch. We only ever send images, so without torchvision a subclass of
the same name is used that knows no videos. Same name: what it saves is a standard folder.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from core.errors import Misconfigured

QWEN = ("Qwen2VLProcessor", "Qwen2_5_VLProcessor", "Qwen3VLProcessor")
SMOLVLM = "SmolVLMProcessor"


def load_processor(folder: Path | str) -> Any:
    """The processor (images and text) of a local model folder; never runs the folder's own code."""
    import transformers
    from transformers.utils.import_utils import is_torchvision_available

    name = processor_class_name(Path(folder))
    loader: Any = transformers.AutoProcessor
    if not is_torchvision_available() and name in (*QWEN, SMOLVLM):
        loader = image_only_class(name)
    try:
        return loader.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    except (OSError, ValueError, KeyError) as error:
        raise Misconfigured(
            f"The processor in {folder} cannot be loaded ({type(error).__name__}). The folder needs "
            "processor_config.json and the tokenizer's files beside the weights."
        ) from error


def processor_class_name(folder: Path) -> str:
    """What the folder says its processor is; older folders say so in another file."""
    for file in ("processor_config.json", "preprocessor_config.json"):
        path = folder / file
        if path.is_file():
            return str(json.loads(path.read_text(encoding="utf-8")).get("processor_class", ""))
    return ""


@cache
def image_only_class(name: str) -> Any:
    """The processor class called ``name`` without its video part."""
    import transformers
    from transformers.processing_utils import ProcessorMixin

    base = getattr(transformers, name)
    body: dict[str, Any] = {"__module__": __name__, "__init__": _qwen_init}
    if name == SMOLVLM:
        # Its own version reads the video processor's frame rate.
        template = ProcessorMixin.apply_chat_template
        body |= {"__init__": _smolvlm_init, "apply_chat_template": template}
    return type(name, (base,), body)


# The parts that a processor consists of are read from the names of its arguments, so the two
# below must name image_processor and tokenizer, and must not name video_processor.


def _qwen_init(
    self: Any,
    image_processor: Any = None,
    tokenizer: Any = None,
    chat_template: str | None = None,
    **_: Any,
) -> None:
    tokens = {
        "image_token": "<|image_pad|>",
        "video_token": "<|video_pad|>",
        "vision_start_token": "<|vision_start|>",
        "vision_end_token": "<|vision_end|>",
    }
    _set_tokens(self, tokenizer, tokens)
    _init_parts(self, image_processor, tokenizer, chat_template)


def _smolvlm_init(
    self: Any,
    image_processor: Any = None,
    tokenizer: Any = None,
    image_seq_len: int = 169,
    chat_template: str | None = None,
    **_: Any,
) -> None:
    tokens = {
        "fake_image_token": "<fake_token_around_image>",
        "image_token": "<image>",
        "end_of_utterance_token": "<end_of_utterance>",
        "global_image_token": "<global-img>",
        "video_token": "<video>",
    }
    _set_tokens(self, tokenizer, tokens)
    self.image_seq_len = image_seq_len
    _init_parts(self, image_processor, tokenizer, chat_template)


def _set_tokens(processor: Any, tokenizer: Any, tokens: dict[str, str]) -> None:
    for attribute, usual in tokens.items():
        token = getattr(tokenizer, attribute, None) or usual
        setattr(processor, attribute, token)
        setattr(processor, f"{attribute}_id", tokenizer.convert_tokens_to_ids(token))


def _init_parts(processor: Any, images: Any, tokenizer: Any, template: str | None) -> None:
    from transformers.processing_utils import ProcessorMixin

    init: Any = ProcessorMixin.__init__
    init(processor, images, tokenizer, chat_template=template)
