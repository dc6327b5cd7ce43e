"""The crops that need no model."""

from __future__ import annotations

import pytest

from core.errors import InvalidInput
from measures.baselines import BASELINES, baseline, centre
from measures.boxes import Box


def test_the_baselines() -> None:
    assert list(BASELINES) == ["whole_photo", "centre_90"]
    assert baseline("whole_photo") == Box.whole()
    assert centre(0.9).corners() == pytest.approx(baseline("centre_90").corners())


def test_an_unknown_baseline_is_refused() -> None:
    with pytest.raises(InvalidInput, match="whole_photo"):
        baseline("mona_lisa")
