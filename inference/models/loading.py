"""A local model in memory: asked in batches, and asked how likely an answer is."""

from __future__ import annotations

import io
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from PIL import Image

from core.errors import InvalidInput, Misconfigured, TooLarge
from inference.errors import ModelFolderUnusable
from inference.messages import Parameters, Request
from inference.models.folders import ModelFolder
from inference.models.processors import load_processor

Device = Literal["auto", "cpu", "cuda"]


@dataclass(frozen=True)
class Generated:
    """``text`` without special tokens, the token counts, and whether the model came to its end."""

    text: str
    tokens_in: int
    tokens_out: int
    is_finished: bool


@dataclass(frozen=True)
class Scored:
    """The log-likelihood of an answer, with the tokens of the prompt and of the answer."""

    value: float
    tokens_in: int
    tokens_out: int


class LocalModel:
    """One loaded model. Calls from several threads wait for each other."""

    def __init__(self, folder: ModelFolder, device: Device = "auto") -> None:
        import torch

        if device == "cuda" and not torch.cuda.is_available():
            raise Misconfigured(
                "This machine has no CUDA device. Set device to auto or cpu, or run the worker on "
                "a machine with a GPU.",
                field="parameters.device",
            )
        has_gpu = device != "cpu" and torch.cuda.is_available()
        self.device = "cuda" if has_gpu else "cpu"
        self.processor = load_processor(folder.path)
        self.processor.tokenizer.padding_side = "left"
        self._model = _load(folder, is_half=has_gpu).to(self.device)
        self._lock = threading.Lock()

    @classmethod
    def around(cls, model: Any, processor: Any) -> LocalModel:
        """A model that somebody else holds in memory, such as the one in training, asked as it stands
        now. Whoever holds it puts it into evaluation first, and closes it."""
        made = cls.__new__(cls)
        made.device = model.device.type
        made.processor = processor
        made._model = model
        made._lock = threading.Lock()
        return made

    def generate(self, requests: Sequence[Request], parameters: Parameters) -> list[Generated]:
        """One answer per request, all in one batch with the same sampling parameters."""
        import torch

        inputs = self._inputs(requests)
        length = int(inputs["input_ids"].shape[1])
        settings = _generation_settings(parameters, self._room(length, parameters.max_tokens))
        with self._lock, torch.inference_mode(), torch.random.fork_rng(devices=self._rng()):
            if parameters.seed is not None:
                torch.manual_seed(parameters.seed)
            output = self._model.generate(**inputs, **settings)
        counts = inputs["attention_mask"].sum(dim=1).tolist()
        return [
            self._read(row[length:].tolist(), int(count))
            for row, count in zip(output, counts, strict=True)
        ]

    def log_likelihoods(self, requests: Sequence[Request], answer: str) -> list[Scored]:
        """For each request the sum of the natural log-probabilities of ``answer``'s tokens after it,
        all in one batch; the end-of-turn token is not counted. 0 would be certainty.

        Only the answer's logits are computed: over a whole prompt those of a large vocabulary would
        take more memory than the model.
        """
        import torch

        inputs = self._inputs(requests)
        counts = inputs["attention_mask"].sum(dim=1).tolist()
        tokens = self._answer_tokens(answer, len(requests))
        wanted = int(tokens.shape[1])
        self._room(int(inputs["input_ids"].shape[1]), wanted)
        inputs = _with_answer(inputs, tokens)
        with self._lock, torch.inference_mode():
            logits = self._model(**inputs, logits_to_keep=wanted + 1).logits
        chances = logits[:, -wanted - 1 : -1].float().log_softmax(dim=-1)
        sums = chances.gather(2, tokens[:, :, None]).sum(dim=(1, 2)).tolist()
        return [
            Scored(min(0.0, value), int(count), wanted)
            for value, count in zip(sums, counts, strict=True)
        ]

    def _answer_tokens(self, answer: str, rows: int) -> Any:
        """The answer's tokens, once a row."""
        tokenizer = self.processor.tokenizer
        tokens = tokenizer(answer, add_special_tokens=False, return_tensors="pt")["input_ids"]
        if tokens.shape[1] == 0:
            raise InvalidInput("An empty answer has no likelihood.", field="answer")
        return tokens.to(self.device).expand(rows, -1)

    def close(self) -> None:
        """Frees the memory."""
        import torch

        self._model = None
        if self.device == "cuda":
            torch.cuda.empty_cache()

    def _inputs(self, requests: Sequence[Request]) -> Any:
        conversations = [_conversation(request) for request in requests]
        return self.processor.apply_chat_template(
            conversations,
            add_generation_prompt=True,
            tokenize=True,
            return_dict=True,
            return_tensors="pt",
            processor_kwargs={"padding": True},
        ).to(self.device)

    def _room(self, length: int, wanted: int) -> int:
        """How many new tokens fit; `TooLarge` if none does."""
        config = self._model.config.get_text_config()
        limit = getattr(config, "max_position_embeddings", None) or length + wanted
        if limit <= length:
            raise TooLarge(
                f"The prompt takes {length} tokens, but the model can hold only {limit}. Use "
                "shorter comments or a model with a longer context."
            )
        return min(wanted, limit - length)

    def _read(self, tokens: list[int], tokens_in: int) -> Generated:
        ends = self._model.generation_config.eos_token_id
        ends = set(ends) if isinstance(ends, list) else {ends}
        end = next((place for place, token in enumerate(tokens) if token in ends), None)
        said = tokens if end is None else tokens[:end]
        text = self.processor.tokenizer.decode(said, skip_special_tokens=True)
        return Generated(text, tokens_in, len(said) + (end is not None), end is not None)

    def _rng(self) -> list[int]:
        import torch

        return [torch.cuda.current_device()] if self.device == "cuda" else []


def _load(folder: ModelFolder, *, is_half: bool) -> Any:
    import torch
    from safetensors import SafetensorError
    from transformers import AutoModelForImageTextToText

    model: Any
    try:
        model = AutoModelForImageTextToText.from_pretrained(
            folder.weights,
            dtype=torch.bfloat16 if is_half else torch.float32,
            local_files_only=True,
            use_safetensors=True,
            trust_remote_code=False,
        )
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        raise ModelFolderUnusable(
            f"The model in {folder.weights} cannot be loaded ({type(error).__name__}). Check that "
            "the folder is complete and holds a vision-language model.",
            field="location",
        ) from error
    if folder.base is not None:
        from peft import PeftModel

        model = PeftModel.from_pretrained(model, folder.path).merge_and_unload()
    return model.eval()


def _conversation(request: Request) -> list[dict[str, Any]]:
    content: list[dict[str, Any]] = [
        {"type": "image", "image": _opened(image)} for image in request.images
    ]
    content.append({"type": "text", "text": request.prompt.text})
    turns: list[dict[str, Any]] = [{"role": "user", "content": content}]
    if request.prompt.system:
        system = [{"type": "text", "text": request.prompt.system}]
        turns.insert(0, {"role": "system", "content": system})
    return turns


def _opened(image: bytes) -> Image.Image:
    try:
        with Image.open(io.BytesIO(image)) as opened:
            return opened.convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise InvalidInput("This is not a picture that can be read (JPEG or PNG).") from error


def _generation_settings(parameters: Parameters, max_new_tokens: int) -> dict[str, Any]:
    if parameters.temperature <= 0:
        greedy = {"do_sample": False, "temperature": None, "top_p": None, "top_k": None}
        return greedy | {"max_new_tokens": max_new_tokens}
    return {
        "do_sample": True,
        "temperature": parameters.temperature,
        "top_p": parameters.top_p,
        "top_k": 0,
        "max_new_tokens": max_new_tokens,
    }


def _with_answer(inputs: Any, tokens: Any) -> dict[str, Any]:
    """The inputs with the answer's tokens after them; per-token marks of other kinds get zeros."""
    import torch

    shape = inputs["input_ids"].shape
    found: dict[str, Any] = {}
    for name, value in dict(inputs).items():
        if name == "input_ids":
            found[name] = torch.cat([value, tokens], dim=1)
        elif getattr(value, "shape", None) == shape:
            tail = torch.ones_like(tokens) if name == "attention_mask" else torch.zeros_like(tokens)
            found[name] = torch.cat([value, tail.to(value.dtype)], dim=1)
        else:
            found[name] = value
    return found
