"""The services a fresh installation runs on, each wrapped in one file so that it can be replaced.

Both live under one folder (``var/``) and answer on unix sockets whose paths are known beforehand,
so that any process can tell the address without asking. Nothing listens on the network.
"""

from __future__ import annotations
