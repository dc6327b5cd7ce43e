"""Where the public annotation files lie, if they lie on this machine at all."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("REFRAME_REFERENCE_DATA", ROOT.parent / "shared" / "data"))

needs_reference_data = pytest.mark.skipif(
    not FOLDER.is_dir(),
    reason="public annotation files not found; set REFRAME_REFERENCE_DATA to their folder",
)


def reference_json(name: str) -> Any:
    """One of the files, parsed."""
    return json.loads((FOLDER / name).read_text())
