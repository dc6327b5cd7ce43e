"""Boxes on photos: one type, one module of coordinate conventions, one parser of box text."""

from __future__ import annotations

from measures.boxes.box import Box
from measures.boxes.text import Unreadable

__all__ = ["Box", "Unreadable"]
