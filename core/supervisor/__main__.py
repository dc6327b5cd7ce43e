"""``python -m core.supervisor ROLE``: become one of the site's programs, for a container.

Roles: web, worker-default, worker-drafts, worker-gpu, beat. HOST and PORT say where the web serves.
"""

from __future__ import annotations

import os
import sys

from core.supervisor import programs

BEAT_SCHEDULE = "/tmp/beat-schedule"  # noqa: S108 - a container's own, and losing it costs nothing


def main(role: str) -> None:
    """Replace this process by the program of ``role``; an unknown one ends with code 64."""
    host, port = os.environ.get("HOST", "0.0.0.0"), int(os.environ.get("PORT", "8000"))  # noqa: S104 - inside a container
    site = [programs.web(host, port), *programs.workers(), programs.beat(BEAT_SCHEDULE)]
    known = {program.name: program for program in site}
    if role not in known:
        sys.stderr.write(f"There is no role {role!r}. Known: {', '.join(known)}.\n")
        sys.exit(64)
    program = known[role]
    os.execve(program.command[0], program.command, {**os.environ, **program.env})  # noqa: S606 - fixed lists


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
