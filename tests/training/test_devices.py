"""Device slots: all or none, never two runs on one, never lost."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from accounts.models import Notice, Project, User
from curation.models import Export
from tests.training.build import ended, look, started, told_run
from training.models import DeviceSlot, Run, RunState
from training.services.devices import (
    claim_slots,
    declare_slots,
    free_slots,
    held_slots,
    own_devices,
)
from training.services.runs import cancel_run, end_run

pytestmark = pytest.mark.django_db
HOST = "gpu-box"


@pytest.fixture
def runs(project: Project, export: Export, rui: User) -> list[Run]:
    """Two open runs that ask for two devices each."""
    made = [told_run(project, rui, export) for _ in range(2)]
    Run.objects.update(devices=2, state=RunState.QUEUED)
    for run in made:
        run.refresh_from_db()
    return made


def indices(run: Run) -> list[int]:
    return [slot.index for slot in held_slots(run)]


def test_devices_are_counted_without_a_driver(tmp_path: Path) -> None:
    for name in ("nvidia0", "nvidia1", "nvidiactl", "nvidia-uvm", "null"):
        (tmp_path / name).touch()
    assert own_devices(tmp_path) == 2


def test_slots_are_declared_once(db: None) -> None:
    assert (declare_slots(host=HOST, count=2), declare_slots(host=HOST, count=3)) == (2, 1)


def test_all_or_none(runs: list[Run]) -> None:
    declare_slots(host=HOST, count=3)
    assert claim_slots(run=runs[0], host=HOST)
    assert indices(runs[0]) == [0, 1]
    assert not claim_slots(run=runs[1], host=HOST)
    assert indices(runs[1]) == []
    assert claim_slots(run=runs[0], host=HOST), "what it holds it keeps"
    free_slots(run=runs[0])
    assert claim_slots(run=runs[1], host=HOST)


def test_an_end_gives_them_back(runs: list[Run]) -> None:
    declare_slots(host=HOST, count=2)
    claim_slots(run=runs[0], host=HOST)
    end_run(run=runs[0], state=RunState.FAILED, error="x")
    assert set(DeviceSlot.objects.values_list("holder", flat=True)) == {""}


def test_who_started_a_run_is_told_of_its_end(runs: list[Run], rui: User) -> None:
    end_run(run=runs[0], state=RunState.FAILED, error="The disk is full.")
    end_run(run=runs[0], state=RunState.CANCELLED)
    notice = Notice.objects.get(key=f"run/{runs[0].pk}")
    assert notice.person == rui and notice.address == f"/p/lighthouse/training/{runs[0].pk}/"
    assert notice.text.endswith("failed. The disk is full.")


def test_an_open_run_keeps_its_own_however_long_nobody_looked(runs: list[Run]) -> None:
    declare_slots(host=HOST, count=2)
    claim_slots(run=runs[0], host=HOST)
    DeviceSlot.objects.update(lease_until=timezone.now() - timedelta(days=1))
    assert not claim_slots(run=runs[1], host=HOST)
    DeviceSlot.objects.update(holder="job/of a dead worker")
    assert claim_slots(run=runs[1], host=HOST)


def test_more_than_there_are_is_refused_in_words(
    project: Project, rui: User, lab: Path, export: Export
) -> None:
    run = ended(started(project, rui, lab, export=export, devices=64))
    assert run.state == RunState.FAILED
    assert "asks for 64 GPUs" in run.error


def test_a_run_waits_for_a_free_one(
    project: Project, rui: User, lab: Path, export: Export, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.services.devices.socket.gethostname", lambda: HOST)
    declare_slots(host=HOST, count=1)
    DeviceSlot.objects.update(holder="job/1", lease_until=timezone.now() + timedelta(hours=1))
    run = look(started(project, rui, lab, export=export, devices=1))
    assert (run.state, run.phase) == (RunState.QUEUED, "waiting for a free GPU")
    cancel_run(run=run, by=rui)
    assert look(run).state == RunState.CANCELLED
