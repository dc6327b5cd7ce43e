"""What an expert agrees to. A text is never changed: a new one gets the next number and is asked anew."""

from __future__ import annotations

TEXTS = {
    1: (
        "My answers, with their times and without my name, may become part of data sets that are "
        "published, and may be used to train and to evaluate models. I can take this back for "
        "answers that I give later; what was published stays published."
    ),
}
CURRENT = max(TEXTS)
