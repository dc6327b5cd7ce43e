"""The tests of this folder are not yet part of `make test`: they have not passed as a whole.

``REFRAME_LOOP=1 pytest tests/loop`` runs them. Take this file away when they pass.
"""

from __future__ import annotations

import os

collect_ignore_glob = [] if os.environ.get("REFRAME_LOOP") == "1" else ["test_*.py"]
