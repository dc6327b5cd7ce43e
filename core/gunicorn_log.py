"""Gunicorn's logs, the access log too for whoever turns it on: never with what opens a door."""

from __future__ import annotations

from typing import Any

from gunicorn.glogging import Logger

from core.logs import SecretFilter, without_secrets

HIDDEN = {
    "{authorization}i",
    "{cookie}i",
    "{http_authorization}e",
    "{http_cookie}e",
    "{set-cookie}o",
}


class CleanLogger(Logger):
    """Gunicorn's own logger, whose every word is cleaned, whatever format and level ask for."""

    def setup(self, cfg: Any) -> None:
        """Gunicorn's hook: the messages about requests name their addresses, too."""
        super().setup(cfg)
        for handler in (*self.error_log.handlers, *self.access_log.handlers):
            handler.addFilter(SecretFilter())

    def atoms(self, resp: Any, req: Any, environ: Any, request_time: Any) -> dict[str, Any]:
        """The words that a format of the access log can name."""
        found = super().atoms(resp, req, environ, request_time)
        return {
            name: without_secrets(word) if isinstance(word, str) else word
            for name, word in found.items()
            if name not in HIDDEN
        }
