"""The engine of this machine: the trainer is a process in a session of its own.

It deliberately does not die with the worker that started it: a worker that restarts finds it again
by its ref. Whoever shuts the whole program down must therefore end the runs too: `end_all` does.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import orjson
import psutil

from core.errors import InvalidInput, Misconfigured, Unavailable
from training.engines import Engine, LogChunk, Ref, Status
from training.files import write_atomically
from training.spec import RunSpec, read_spec

_ROOT = Path(__file__).resolve().parents[2]
_GUARD = Path(__file__).with_name("_guard.py")
# Marks every process of a run, even one that left its session and lost its parents.
_MARK = "REFRAME_RUN"
_START_S = 30.0
_KILL_S = 10.0
_LOG_BYTES = 1 << 18
# The trainer gets no credentials: only what these names carry.
_PASSED_ON = ("PATH", "HOME", "LANG", "TMPDIR", "TZ", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "HF_HOME")
_PASSED_ON_PREFIXES = ("LC_", "OMP_", "MKL_", "NCCL_", "PYTORCH_", "TORCH_", "CUDA_", "NVIDIA_")


class Local(Engine):
    """Plain Python for one device or processor, torchrun for several."""

    name = "local"
    title = "This machine"

    def prepare(self, spec_path: Path, *, timeout_s: float = 600) -> dict[str, Any]:
        """Takes some seconds: it loads the model and takes two steps in a process of its own."""
        spec = read_spec(spec_path)
        command = [*_trainer(spec_path), "--dry-run"]
        try:
            done = subprocess.run(
                command, cwd=_ROOT, env=_environment(spec), capture_output=True,
                timeout=timeout_s, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise Unavailable(f"The dry run was not over after {timeout_s:.0f} s.") from error
        return _dry_report(done)

    def submit(self, spec_path: Path, key: str) -> Ref:
        """The claim is made by the guard itself, so that a submit cut short starts nothing twice."""
        spec = read_spec(spec_path)
        ref_path = _ref_path(spec.output, key)
        if (found := _read(ref_path)) is not None:
            return found
        _end(_marked(spec.output))  # an attempt before this one that nobody ended
        guard = _spawn_guard(spec, spec_path, ref_path, key)
        deadline = time.monotonic() + _START_S
        while time.monotonic() < deadline:
            if (found := _read(ref_path)) is not None:
                _reap(guard)
                return found
            time.sleep(0.01)
        raise Unavailable("The trainer's guard did not start. Look into the run's trainer.log.")

    def status(self, ref: Ref) -> Status:
        """The guard's last act is the exit code, so it is looked for again once all are gone."""
        started = float(ref["started"])
        left = _read(_exit_path(ref))
        if left is None and _processes(ref):
            return Status("running", started=started)
        left = left or _read(_exit_path(ref))
        if left is None:
            return Status("lost", started=started)
        _reap(int(ref["pid"]))
        return Status("ended", int(left["code"]), started, float(left["ended"]))

    def logs(self, ref: Ref, offset: int = 0) -> LogChunk:
        try:
            with (Path(ref["folder"]) / "trainer.log").open("rb") as file:
                file.seek(offset)
                found = file.read(_LOG_BYTES)
        except FileNotFoundError:
            return LogChunk("", offset)
        whole = found[: found.rfind(b"\n") + 1] or found
        return LogChunk(whole.decode(errors="replace"), offset + len(whole))

    def signal(self, ref: Ref, what: Literal["stop"], grace_s: float) -> None:
        """Writes the run's ``stop`` file; the guard ends the trainer when the grace is over."""
        told = {"key": ref["key"], "what": what, "kill_at": time.time() + grace_s}
        write_atomically(Path(ref["folder"]) / "stop", orjson.dumps(told))

    def kill(self, ref: Ref) -> None:
        """The trainer first, so that its guard can still note how it ended."""
        guard = _guard_process(ref)
        others = [each for each in _processes(ref) if each != guard]
        _end(others)
        if guard is not None:
            psutil.wait_procs([guard], timeout=_KILL_S / 2)
        _end(_processes(ref))


def end_all(runs: Path, *, grace_s: float) -> int:
    """Stop every run whose folder lies below ``runs``: for shutting the program down.

    Runs save a checkpoint and are resumed later. Returns how many runs there were.
    """
    engine, root = Local(), str(runs.resolve())
    refs = [_read(path) for path in runs.glob("**/ref-*.json")]
    alive = [ref for ref in refs if ref is not None and not engine.status(ref).is_over]
    for ref in alive:
        engine.signal(ref, "stop", grace_s)
    deadline = time.monotonic() + grace_s
    while time.monotonic() < deadline and not all(engine.status(ref).is_over for ref in alive):
        time.sleep(0.1)
    for ref in alive:
        engine.kill(ref)
    _end([each for each, mark in _all_marked() if mark.startswith(f"{root}/")])
    return len(alive)


def _trainer(spec_path: Path) -> list[str]:
    return [sys.executable, "-m", "training.trainer", "--spec", str(spec_path.resolve())]


def _command(spec: RunSpec, spec_path: Path) -> list[str]:
    if spec.world_size == 1:
        return _trainer(spec_path)
    launcher = [
        "-m",
        "torch.distributed.run",
        "--standalone",
        f"--nproc-per-node={spec.world_size}",
    ]
    python, *trainer = _trainer(spec_path)
    return [python, *launcher, *trainer]


def _environment(spec: RunSpec) -> dict[str, str]:
    passed = {
        name: value
        for name, value in os.environ.items()
        if name in _PASSED_ON or name.startswith(_PASSED_ON_PREFIXES)
    }
    return passed | {
        "PYTHONPATH": str(_ROOT),
        "PYTHONUNBUFFERED": "1",
        "TQDM_DISABLE": "1",
        "CUDA_VISIBLE_DEVICES": ",".join(map(str, spec.devices)),
        _MARK: _mark(spec.output),
    }


def _mark(folder: Path) -> str:
    return f"{folder.resolve()}/"


def _spawn_guard(spec: RunSpec, spec_path: Path, ref_path: Path, key: str) -> int:
    spec.output.mkdir(parents=True, exist_ok=True)
    exit_path = spec.output / f"exit-{key}.json"
    told = [str(path.resolve()) for path in (ref_path, exit_path, spec.stop_path)]
    guard = [sys.executable, "-I", "-S", str(_GUARD), *told, key, *_command(spec, spec_path)]
    log = os.open(spec.log_path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        return os.posix_spawn(
            sys.executable,
            guard,
            _environment(spec),
            setsid=True,
            file_actions=[(os.POSIX_SPAWN_DUP2, log, 1), (os.POSIX_SPAWN_DUP2, log, 2)],
        )
    except OSError as error:
        raise Misconfigured(f"The trainer cannot be started: {error}.") from error
    finally:
        os.close(log)


def _ref_path(folder: Path, key: str) -> Path:
    return folder.resolve() / f"ref-{key}.json"


def _exit_path(ref: Ref) -> Path:
    return Path(ref["folder"]) / f"exit-{ref['key']}.json"


def _read(path: Path) -> dict[str, Any] | None:
    try:
        found = orjson.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    return found if isinstance(found, dict) else None


def _dry_report(done: subprocess.CompletedProcess[bytes]) -> dict[str, Any]:
    lines = done.stdout.splitlines()
    try:
        told = orjson.loads(lines[-1]) if lines else {}
    except orjson.JSONDecodeError:
        told = {}
    if told.get("ok"):
        return dict(told["report"])
    if told.get("message"):
        raise InvalidInput(told["message"], field=told.get("field", ""))
    said = (done.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"])[-1]
    raise InvalidInput(f"The dry run failed: {said[:500]}")


def _reap(pid: int) -> None:
    """Take the exit code of a guard that this very process started, so that no zombie stays."""
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return


def _guard_process(ref: Ref) -> psutil.Process | None:
    """The guard, if it is still the same process on the same boot of the machine."""
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    if ref["boot"] != boot:
        return None
    _reap(int(ref["pid"]))
    try:
        process = psutil.Process(int(ref["pid"]))
        stat = Path(f"/proc/{ref['pid']}/stat").read_text()
        is_same = int(stat.rpartition(")")[2].split()[19]) == ref["ticks"]
        return process if is_same and process.status() != psutil.STATUS_ZOMBIE else None
    except (psutil.Error, OSError):
        return None


def _processes(ref: Ref) -> list[psutil.Process]:
    """The guard, all its descendants, and strays that carry the run's mark."""
    guard = _guard_process(ref)
    if guard is None:
        return _marked(Path(ref["folder"]))
    try:
        return [guard, *guard.children(recursive=True)]
    except psutil.Error:
        return _marked(Path(ref["folder"]))


def _marked(folder: Path) -> list[psutil.Process]:
    wanted = _mark(folder)
    return [process for process, mark in _all_marked() if mark == wanted]


def _all_marked() -> Iterator[tuple[psutil.Process, str]]:
    for process in psutil.process_iter():
        try:
            mark = process.environ().get(_MARK)
            if mark and process.status() != psutil.STATUS_ZOMBIE:
                yield process, mark
        except (psutil.Error, OSError):
            continue


def _end(processes: list[psutil.Process]) -> None:
    for process in processes:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
    for process in processes:
        _reap(process.pid)
    _gone, left = psutil.wait_procs(processes, timeout=_KILL_S)
    if any(process.status() != psutil.STATUS_ZOMBIE for process in left if process.is_running()):
        raise Unavailable("A process of the run does not end; it may be waiting for its disk.")
