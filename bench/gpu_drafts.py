"""Local drafting: answers a second of the ``transformers`` backend, one at a time against batched, and the
grid search of question regions (log-likelihoods of every rectangle), the same two ways.

The model is built from its config with random weights, which measures speed and not quality: with a
GPU at hand one of SmolVLM-256M's size (``--size 256m``) and one eight times as large (``--size 2b``),
without one a tiny model, so that the script is tried anywhere. ``--json`` prints one JSON object.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from _tables import Figure, print_figures

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
# Width, layers of language and vision, heads, pixels: one picture becomes 64 image tokens.
SIZES: dict[str, dict[str, int]] = {
    "tiny": {"hidden": 64, "language_layers": 2, "vision_layers": 2, "heads": 4, "image": 64},
    "256m": {"hidden": 576, "language_layers": 30, "vision_layers": 12, "heads": 9, "image": 512},
    "2b": {"hidden": 2048, "language_layers": 24, "vision_layers": 24, "heads": 32, "image": 512},
}
BATCHES = (1, 8, 32)


def main() -> None:
    """Measure and print."""
    options = _options()
    sizes = [options.size] if options.size != "auto" else ["256m", "2b"] if _has_gpu() else ["tiny"]
    figures = [figure for size in sizes for figure in _measured(size, options)]
    print_figures("gpu_drafts", figures, is_json=options.json)


def _measured(size: str, options: argparse.Namespace) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="reframe-bench-") as folder:
        millions = _build(Path(folder) / "model", size)
        for batch in BATCHES:
            with _opened(Path(folder) / "model", batch) as backend:
                name = f"{millions:.1f} M parameters, batches of {batch}"
                backend.answer_many(_requests(size, min(batch, options.drafts)))  # warms it up
                runs = [_answers_a_second(backend, size, options) for _ in range(options.runs)]
                yield Figure.of(f"{name}: drafts of {options.tokens} tokens", "1/s", runs)
                runs = [_crops_a_second(backend, size) for _ in range(options.runs)]
                yield Figure.of(f"{name}: crops of a grid search", "1/s", runs)
                if _has_gpu():
                    yield Figure.of(f"{name}: most memory", "MiB", [_peak_mib()])


def _build(folder: Path, size: str) -> float:
    """A model folder of this size; millions of parameters."""
    from inference.models import tiny

    told = SIZES[size]
    patch, merge = (8, 2) if size == "tiny" else (16, 4)
    tiny._idefics_size = lambda _preset: tiny.Size(**told, patch=patch, merge=merge)  # type: ignore[assignment]
    return tiny.build_tiny_model(folder, "idefics3", "smoke").parameters / 1e6


def _opened(folder: Path, batch: int) -> Any:
    from inference.backends import Source, close_warm_backend, open_backend

    close_warm_backend()
    return open_backend(
        Source("transformers", location=str(folder), parameters={"batch_size": batch})
    )


def _answers_a_second(backend: Any, size: str, options: argparse.Namespace) -> float:
    requests = _requests(size, options.drafts, options.tokens)
    began = time.monotonic()
    answers = backend.answer_many(requests)
    # Random weights say nothing that could be read: an empty answer has been generated all the same.
    assert len(answers) == len(requests)
    return len(requests) / (time.monotonic() - began)


def _crops_a_second(backend: Any, size: str) -> float:
    requests = _requests(size, 25, pictures=2)
    began = time.monotonic()
    found = backend.log_likelihoods(requests, "Blue.")
    assert all(each.value < 0 for each in found)
    return len(found) / (time.monotonic() - began)


def _requests(size: str, count: int, tokens: int = 8, pictures: int = 1) -> list[Any]:
    from inference import prompts
    from inference.backends import Parameters, Request

    prompt = prompts.render("question.answer", question="What colour is the boat?")
    images = [_picture(SIZES[size]["image"], number) for number in range(pictures)]
    return [
        Request("question.answer", prompt, tuple(images), parameters=Parameters(max_tokens=tokens))
        for _ in range(count)
    ]


def _picture(side: int, seed: int) -> bytes:
    import numpy as np
    from PIL import Image

    pixels = np.random.default_rng(seed).integers(0, 255, (side, side, 3), dtype=np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=85)
    return out.getvalue()


def _has_gpu() -> bool:
    import torch

    return torch.cuda.is_available()


def _peak_mib() -> float:
    import torch

    peak = torch.cuda.max_memory_allocated() / 2**20
    torch.cuda.reset_peak_memory_stats()
    return peak


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--size", choices=["auto", *SIZES], default="auto")
    parser.add_argument("--runs", type=int, default=2)
    parser.add_argument("--drafts", type=int, default=32)
    parser.add_argument("--tokens", type=int, default=64, help="new tokens of each draft")
    return parser.parse_args()


if __name__ == "__main__":
    main()
