"""About how many tokens a request takes, before any model has counted them."""

from __future__ import annotations

import math
import re

# English and its like: about four letters a token. Signs of dense scripts are about one each.
CHARS_A_TOKEN = 4.0
_DENSE = re.compile(r"[\u0600-\u06ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
# Qwen2-VL and its successors take one token per 28 x 28 pixels; others are of that order.
PATCH = 28


def text_tokens(text: str) -> int:
    """An estimate, right to about a quarter for running text."""
    dense = len(_DENSE.findall(text))
    return dense + math.ceil((len(text) - dense) / CHARS_A_TOKEN)


def image_tokens(width: int, height: int) -> int:
    """By the patches that cover it; ``width`` and ``height`` in pixels."""
    return math.ceil(width / PATCH) * math.ceil(height / PATCH)
