"""Runs the whole site as one command: what to start, how to keep it alive, how to end it."""

from __future__ import annotations
