"""Job kinds of the catalog."""

from __future__ import annotations

from core.jobs import kind

TAKE_FILES = kind("catalog.take_files", "Import photos", lease_s=60, is_told=True)
REGROUP = kind("catalog.regroup", "Find near-duplicates")
CHECK_FILES = kind("catalog.check_files", "Check photos' files", is_told=True)
