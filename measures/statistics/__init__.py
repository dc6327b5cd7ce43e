"""Subjective statistics, one file a subject. What cannot be known is a `NotKnown` with a reason."""

from __future__ import annotations

from measures.statistics.known import Interval, Known, Maybe, NotKnown

__all__ = ["Interval", "Known", "Maybe", "NotKnown"]
