"""The tokenizer of the tiny models: one token for every whole number from 0 to 100.

Boxes are written as ``[12,34,56,78]`` in percent, so such a box costs nine tokens. The rest of the
vocabulary is learned from our own prompts and the words of photo critiques, so that prompts and
short rationales stay short.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from inference import prompts

VOCABULARY = 1000
_REPEATS = 20

_SENTENCES = (
    "system user assistant System: User: Assistant: You are a helpful assistant.",
    "Find the best crop of this image. Find the best crop of this photo. <think> </think>",
    "Outline the region in the image that would help answer this question. Give a very brief answer.",
    "The crop keeps the whole subject and places it on the left third, the right third, the centre.",
    "It drops the empty sky, the busy background, a bright patch at the edge, the cut object.",
    "Better balance, more room to breathe, a calm frame, leading lines, symmetry, negative space.",
    "Worse: the subject is cut off, the horizon is tilted, the frame is crowded, nothing leads.",
    "The light is soft, hard, warm, cool; shadows are deep, highlights are blown, contrast is low.",
    "The photo is too dark, too bright, out of focus, blurred, flat, cluttered, static.",
    "Next time step closer, move to the left, to the right, lower the camera, wait for side light.",
    "Issues: the horizon is not level; the subject is small. Suggestions: level the camera; go closer.",
    '{"overall": "", "analysis": "", "guidance": "", "issues": [""], "suggestions": [""]}',
    '{"crops": [{"box": [0.12, 0.3, 0.85, 0.9], "rationale": "", "score": 0.7}]}',
    '{"passed": true, "has_issues": false, "has_guidance": true, "findings": []}',
)


def build_tokenizer(specials: Sequence[str], *, end: str, pad: str, start: str | None) -> Any:
    """A fast tokenizer with the special tokens in the order given; the same every time."""
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(r"\d{1,3}"), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=list(specials),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(_corpus(), trainer)
    wrapper: Any = PreTrainedTokenizerFast
    return wrapper(tokenizer_object=tokenizer, eos_token=end, pad_token=pad, bos_token=start)


def _corpus() -> list[str]:
    wordings = [prompts.template(name, prompts.latest_version(name)) for name in prompts.names()]
    # Numbers so often that each of them is merged before any word is.
    numbers = [" ".join(f"[{i},{i * 7 % 101},{i * 13 % 101},{100 - i}]" for i in range(101))]
    return [*wordings, *_SENTENCES] * _REPEATS + numbers * (_REPEATS * 10)
