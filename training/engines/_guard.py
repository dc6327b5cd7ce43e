"""The trainer's guard: a tiny process that starts it, outlives it and writes down how it ended.

Started as a script with nothing but the standard library, in a session of its own:

    _guard.py REF_PATH EXIT_PATH STOP_PATH KEY COMMAND...

It claims REF_PATH first; where that exists, another guard was quicker and this one leaves. It
adopts the trainer's orphans, ends the trainer when the grace in STOP_PATH is over, and ends whatever
the trainer left behind before it writes EXIT_PATH. It is told to stop by nobody: SIGTERM to the
session is for the trainer.
"""

import ctypes
import json
import os
import pathlib
import signal
import subprocess
import sys
import time

PR_SET_CHILD_SUBREAPER = 36
_POLL_S = 0.2


def main(ref_path: str, exit_path: str, stop_path: str, key: str, *command: str) -> int:
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, _ignore)  # a handler, unlike SIG_IGN, is not handed on to the child
    if not _claim(pathlib.Path(ref_path), key):
        return 0
    code = _run(command, pathlib.Path(stop_path), key)
    _end_children()
    _write(pathlib.Path(exit_path), {"code": code, "ended": time.time()})
    return 0


def _ignore(_number: int, _frame: object) -> None:
    return


def _run(command: tuple[str, ...], stop_path: pathlib.Path, key: str) -> int:
    try:
        trainer = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    except OSError as error:
        print(f"The trainer cannot be started: {error}", file=sys.stderr)  # noqa: T201
        return 1
    while True:
        try:
            return trainer.wait(_POLL_S)
        except subprocess.TimeoutExpired:
            if _is_grace_over(stop_path, key):
                trainer.kill()


def _is_grace_over(stop_path: pathlib.Path, key: str) -> bool:
    try:
        told = json.loads(stop_path.read_bytes())
        return bool(told["key"] == key and time.time() > told["kill_at"])
    except (OSError, ValueError, TypeError, KeyError):
        return False


def _end_children() -> None:
    """Orphans become children of the guard, so this ends when there are none at all."""
    task = f"/proc/self/task/{os.getpid()}/children"
    while True:
        for pid in pathlib.Path(task).read_text().split():
            os.kill(int(pid), signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def _claim(path: pathlib.Path, key: str) -> bool:
    me = {
        "engine": "local",
        "key": key,
        "pid": os.getpid(),
        "boot": pathlib.Path("/proc/sys/kernel/random/boot_id").read_text().strip(),
        # Field 22 of stat, after the name, which may hold blanks: clock ticks since boot.
        "ticks": int(pathlib.Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19]),
        "started": time.time(),
        "folder": str(path.parent),
    }
    part = path.with_name(f".{path.name}.{os.getpid()}")
    _write(part, me)
    try:
        os.link(part, path)
    except FileExistsError:
        return False
    finally:
        part.unlink()
    return True


def _write(path: pathlib.Path, content: dict[str, object]) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    with part.open("w") as file:
        json.dump(content, file)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
