"""From the diary into rows: what is not a number, torn lines, hidden characters."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from accounts.models import Project, User
from curation.models import Export
from tests.make import make_photo
from tests.training.build import told_run
from training.events import EventLog
from training.models import Attempt, Run
from training.places import run_folder
from training.selectors.runs import charts_of, diary, pace_of
from training.selectors.samples import mean_iou, watched_photos
from training.services.reading import last_word, read_events, read_step

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_trainer_left")]


@pytest.fixture
def run(project: Project, rui: User, export: Export) -> Run:
    """A run that its diary tells of, with one photo of the project."""
    return told_run(project, rui, export, [make_photo(project)])


def written(run: Run, type_: str, attempt: int = 1, **data: object) -> Attempt:
    """One more event, read."""
    row = run.attempts.get(number=attempt)
    with EventLog(run_folder(run) / "events.jsonl", attempt=attempt) as log:
        log.emit(type_, **data)  # type: ignore[arg-type]
    read_events(run=run, attempt=row)
    return row


def test_a_diary_becomes_rows(run: Run) -> None:
    assert (run.state, run.step, run.max_steps) == ("succeeded", 40, 40)
    assert run.metrics.filter(name="loss").count() == 5
    assert run.checkpoints.get().is_final
    assert pace_of(run) == ("0.25 s a step", 0)


def test_what_is_no_number_is_left_out(run: Run) -> None:
    values = {"loss": float("nan"), "grad_norm": float("inf"), "name": "x", "lr": 0.5}
    written(run, "metric", step=50, values=values)
    assert set(run.metrics.filter(step=50).values_list("name", flat=True)) == {"lr"}


def test_hidden_characters_are_stripped(run: Run) -> None:
    written(run, "sample", step=50, images=["images/a.jpg"], wanted="w", answer="a\0\u202eb")
    assert run.watched_answers.get(step=50).answer == "ab"


def test_a_later_attempt_replaces_the_answer_of_a_step(run: Run) -> None:
    Attempt.objects.create(run=run, number=2, events_offset=run.attempts.get().events_offset)
    image = run.watched_answers.filter(step=40).get().image
    written(run, "sample", attempt=2, step=40, images=[image], wanted="w", answer="new")
    assert run.watched_answers.get(step=40).answer == "new"


def test_a_torn_line_waits_for_its_end(run: Run) -> None:
    path = run_folder(run) / "events.jsonl"
    whole = path.read_bytes()
    with path.open("ab") as file:
        file.write(b'{"seq": 99, "ts": 1, "type": "metr')
    attempt = run.attempts.get()
    assert read_events(run=run, attempt=attempt) is None
    assert attempt.events_offset == len(whole)


def test_the_last_word_is_found_again(run: Run) -> None:
    said = last_word(run=run, attempt=run.attempts.get())
    assert said is not None and said.data["state"] == "finished"


def test_the_heartbeat_is_finer_than_the_diary(run: Run) -> None:
    beat = run_folder(run) / "heartbeat"
    beat.write_text('{"ts": 1.0, "phase": "training", "step": 43, "total": 50}')
    read_step(run=run)
    run.refresh_from_db()
    assert run.step == 43
    beat.write_text("{")
    read_step(run=run)


def test_the_log_is_told_in_words_newest_first(run: Run) -> None:
    words = [each["words"] for each in diary(run)]
    assert words[:3] == ["Finished at step 40.", "final model saved", "step 40: loss 0.09756"]


def test_watched_photos_are_measured(run: Run, rui: User) -> None:
    watched = watched_photos(run, rui)
    assert [answer.step for answer in watched[0].answers] == [40, 30, 20, 10, 0]
    assert watched[0].newest.iou == 1
    assert mean_iou(watched)[0] == 0 and mean_iou(watched)[10] == pytest.approx(0.6 / 0.9)


def test_a_long_curve_is_thinned(run: Run) -> None:
    metrics = [type(run.metrics.first())(run=run, attempt=1, step=step, name="loss", value=1.0)
               for step in range(50, 20_001, 10)]  # fmt: skip
    run.metrics.bulk_create(metrics)
    Run.objects.filter(pk=run.pk).update(step=20_000)
    run.refresh_from_db()
    rows = charts_of(run)[0].rows
    assert 100 < len(rows) <= 202
    assert rows[-1][0] == "20000"


def test_runs_lie_inside_their_root(run: Run) -> None:
    assert run_folder(run).parent == Path(settings.RUNS_DIR).resolve()
