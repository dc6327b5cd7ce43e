"""Tiny vision-language models with random weights, made from the real architectures.

They train and answer on two CPU cores in minutes and load wherever the real ones do. ``learner``
can learn to crop (about a million parameters); ``smoke`` is only there to run through the code.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from core.errors import InvalidInput
from inference.models.processors import image_only_class
from inference.models.vocabulary import build_tokenizer

Preset = Literal["learner", "smoke"]

_IDEFICS_TOKENS = (
    "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<end_of_utterance>", "<fake_token_around_image>",
    "<image>", "<global-img>",
    *(f"<row_{row}_col_{column}>" for row in range(1, 7) for column in range(1, 7)),
)  # fmt: skip
_QWEN_TOKENS = (
    "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>",
    "<|vision_pad|>", "<|image_pad|>", "<|video_pad|>",
)  # fmt: skip
MAX_POSITIONS = 4096


@dataclass(frozen=True)
class Size:
    """``hidden`` is the width of both the vision and the language part. ``image`` is the longest
    side in pixels; ``patch`` x ``merge`` pixels become one image token."""

    hidden: int
    language_layers: int
    vision_layers: int = 2
    heads: int = 4
    patch: int = 8
    merge: int = 2
    image: int = 64


@dataclass(frozen=True)
class TinyModel:
    """Where it was written, what it is, and how many parameters it has."""

    path: Path
    family: str
    preset: str
    parameters: int


def build_tiny_model(
    path: Path | str, family: str, preset: Preset = "learner", seed: int = 0
) -> TinyModel:
    """Writes a model folder: weights, tokenizer, processor, chat template. The same arguments give
    the same weights. `InvalidInput` for an unknown family or preset, or a folder that is in use."""
    import torch

    build = _FAMILIES.get(family)
    if build is None:
        raise InvalidInput(f"Choose a family: {', '.join(families())}.", field="family")
    if preset not in ("learner", "smoke"):
        raise InvalidInput("Choose the preset learner or smoke.", field="preset")
    folder = Path(path)
    if folder.exists() and any(folder.iterdir()):
        raise InvalidInput(f"{folder} is not empty. Choose a new folder.", field="path")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model, processor = build(preset)
    tokenizer = processor.tokenizer
    model.generation_config.eos_token_id = tokenizer.eos_token_id
    model.generation_config.pad_token_id = tokenizer.pad_token_id
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    _write_video_config(folder, family, processor)
    return TinyModel(folder, family, preset, sum(p.numel() for p in model.parameters()))


def families() -> list[str]:
    """The architectures that can be built."""
    return sorted(_FAMILIES)


def _build_idefics3(preset: Preset) -> tuple[Any, Any]:
    import transformers

    size, tokenizer = _idefics_size(preset), _idefics_tokenizer()
    processor = transformers.Idefics3Processor(
        _idefics_images(size),
        tokenizer,
        image_seq_len=_image_tokens(size),
        chat_template=_chat_template("smolvlm"),
    )
    config = transformers.Idefics3Config(**_idefics_config(size, tokenizer))
    return transformers.Idefics3ForConditionalGeneration(config), processor


def _build_smolvlm(preset: Preset) -> tuple[Any, Any]:
    import transformers

    size, tokenizer = _idefics_size(preset), _idefics_tokenizer()
    processor = image_only_class("SmolVLMProcessor")(
        _idefics_images(size),
        tokenizer,
        image_seq_len=_image_tokens(size),
        chat_template=_chat_template("smolvlm"),
    )
    config = transformers.SmolVLMConfig(**_idefics_config(size, tokenizer))
    return transformers.SmolVLMForConditionalGeneration(config), processor


def _idefics_size(preset: Preset) -> Size:
    return Size(hidden=128 if preset == "learner" else 64, language_layers=2)


def _idefics_tokenizer() -> Any:
    return build_tokenizer(
        _IDEFICS_TOKENS, end="<end_of_utterance>", pad="<|endoftext|>", start="<|im_start|>"
    )


def _image_tokens(size: Size) -> int:
    return (size.image // size.patch) ** 2 // size.merge**2


def _idefics_images(size: Size) -> Any:
    from transformers.models.idefics3.image_processing_pil_idefics3 import Idefics3ImageProcessorPil

    edge = {"longest_edge": size.image}
    return Idefics3ImageProcessorPil(size=edge, max_image_size=edge, do_image_splitting=False)


def _idefics_config(size: Size, tokenizer: Any) -> dict[str, Any]:
    text = _text_config(size, tokenizer, key_value_heads=_key_value_heads(size))
    vision = {
        "hidden_size": size.hidden,
        "intermediate_size": size.hidden * 2,
        "num_hidden_layers": size.vision_layers,
        "num_attention_heads": size.heads,
        "image_size": size.image,
        "patch_size": size.patch,
    }
    return {
        "text_config": text | {"model_type": "llama", "bos_token_id": tokenizer.bos_token_id},
        "vision_config": vision,
        "scale_factor": size.merge,
        "image_token_id": tokenizer.convert_tokens_to_ids("<image>"),
        "tie_word_embeddings": True,
    }


def _key_value_heads(size: Size) -> int:
    """The learner attends with all heads; the smoke model shares keys to be smaller."""
    return size.heads if size.hidden >= 128 else size.heads // 2


def _text_config(size: Size, tokenizer: Any, *, key_value_heads: int) -> dict[str, Any]:
    return {
        "vocab_size": len(tokenizer),
        "hidden_size": size.hidden,
        "intermediate_size": size.hidden * 3,
        "num_hidden_layers": size.language_layers,
        "num_attention_heads": size.heads,
        "num_key_value_heads": key_value_heads,
        "max_position_embeddings": MAX_POSITIONS,
        "eos_token_id": tokenizer.eos_token_id,
        "pad_token_id": tokenizer.pad_token_id,
    }


def _build_qwen2_5_vl(preset: Preset) -> tuple[Any, Any]:
    import transformers

    size, tokenizer = _qwen_size(preset), _qwen_tokenizer()
    vision = _qwen_vision(size) | {
        "window_size": size.patch * size.merge * 4,
        "fullatt_block_indexes": list(range(size.vision_layers)),
    }
    config = transformers.Qwen2_5_VLConfig(
        text_config=_qwen_text(size, tokenizer), vision_config=vision, **_qwen_top(tokenizer)
    )
    processor = _qwen_processor("Qwen2_5_VLProcessor", "qwen2_5_vl", size, tokenizer)
    return transformers.Qwen2_5_VLForConditionalGeneration(config), processor


def _build_qwen3_vl(preset: Preset) -> tuple[Any, Any]:
    import transformers

    size, tokenizer = _qwen_size(preset), _qwen_tokenizer()
    text = _qwen_text(size, tokenizer) | {"head_dim": size.hidden // size.heads}
    text["rope_parameters"] |= {"mrope_interleaved": True}
    vision = _qwen_vision(size) | {
        "num_position_embeddings": (size.image // size.patch) ** 2,
        "deepstack_visual_indexes": [0],
    }
    config = transformers.Qwen3VLConfig(
        text_config=text, vision_config=vision, **_qwen_top(tokenizer)
    )
    processor = _qwen_processor("Qwen3VLProcessor", "qwen3_vl", size, tokenizer)
    return transformers.Qwen3VLForConditionalGeneration(config), processor


def _qwen_size(preset: Preset) -> Size:
    if preset == "learner":
        return Size(hidden=128, language_layers=3)
    return Size(hidden=64, language_layers=2)


def _qwen_tokenizer() -> Any:
    return build_tokenizer(_QWEN_TOKENS, end="<|im_end|>", pad="<|endoftext|>", start=None)


def _qwen_text(size: Size, tokenizer: Any) -> dict[str, Any]:
    half = size.hidden // size.heads // 2
    side = half * 3 // 8
    return _text_config(size, tokenizer, key_value_heads=_key_value_heads(size)) | {
        "bos_token_id": tokenizer.pad_token_id,
        # With the usual 10,000 the columns of so small a picture could hardly be told apart.
        "rope_parameters": {
            "rope_type": "default",
            "rope_theta": 10.0,
            "mrope_section": [half - 2 * side, side, side],
        },
    }


def _qwen_vision(size: Size) -> dict[str, Any]:
    return {
        "depth": size.vision_layers,
        "hidden_size": size.hidden,
        "intermediate_size": size.hidden * 2,
        "num_heads": size.heads,
        "patch_size": size.patch,
        "spatial_merge_size": size.merge,
        "temporal_patch_size": 2,
        "out_hidden_size": size.hidden,
    }


def _qwen_top(tokenizer: Any) -> dict[str, Any]:
    number = tokenizer.convert_tokens_to_ids
    return {
        "image_token_id": number("<|image_pad|>"),
        "video_token_id": number("<|video_pad|>"),
        "vision_start_token_id": number("<|vision_start|>"),
        "vision_end_token_id": number("<|vision_end|>"),
        "tie_word_embeddings": True,
    }


def _qwen_processor(name: str, template: str, size: Size, tokenizer: Any) -> Any:
    from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil

    step = size.patch * size.merge
    images = Qwen2VLImageProcessorPil(
        patch_size=size.patch,
        merge_size=size.merge,
        temporal_patch_size=2,
        size={"shortest_edge": step * step, "longest_edge": size.image * size.image},
    )
    return image_only_class(name)(images, tokenizer, chat_template=_chat_template(template))


def _chat_template(name: str) -> str:
    """The real family's template, from the installed trl package."""
    import importlib.util

    found = importlib.util.find_spec("trl")
    if found is None or found.origin is None:
        raise InvalidInput("Tiny models need the trl package; install the extra 'train'.")
    file = Path(found.origin).parent / "chat_templates" / f"{name}.jinja"
    return file.read_text(encoding="utf-8")


def _write_video_config(folder: Path, family: str, processor: Any) -> None:
    """What a user's server with torchvision asks for although nobody sends videos."""
    kind = {
        "qwen2_5_vl": ("Qwen2VLVideoProcessor", "Qwen2_5_VLProcessor"),
        "qwen3_vl": ("Qwen3VLVideoProcessor", "Qwen3VLProcessor"),
        "smolvlm": ("SmolVLMVideoProcessor", "SmolVLMProcessor"),
    }.get(family)
    if kind is None:
        return
    content: dict[str, Any] = {"video_processor_type": kind[0], "processor_class": kind[1]}
    images = processor.image_processor
    if family == "smolvlm":
        edge = {"longest_edge": images.size["longest_edge"]}
        content |= {"size": edge, "max_image_size": edge}
        content["video_sampling"] = {"max_frames": 8, "fps": 1, "video_size": edge}
    else:
        content |= {
            "patch_size": images.patch_size,
            "merge_size": images.merge_size,
            "temporal_patch_size": 2,
            "size": {key: images.size[key] for key in ("shortest_edge", "longest_edge")},
        }
    text = json.dumps(content, indent=2) + "\n"
    (folder / "video_preprocessor_config.json").write_text(text, encoding="utf-8")


_FAMILIES: dict[str, Callable[[Preset], tuple[Any, Any]]] = {
    "idefics3": _build_idefics3,
    "smolvlm": _build_smolvlm,
    "qwen2_5_vl": _build_qwen2_5_vl,
    "qwen3_vl": _build_qwen3_vl,
}
