// The top bar of the expert shell: place in the quota, state word, session clock.

import { clock } from "./dom.js";

const LEAST_ANSWERS = 3;

/** Milliseconds as "24 s" or "2:05 min". */
function paceWords(ms) {
  const s = Math.round(ms / 1000);
  return s < 90 ? `${s} s` : `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")} min`;
}

export function createBar(shell) {
  const find = (name) => shell.querySelector(`[data-bar-${name}]`);
  const nodes = { words: find("words"), progress: find("progress"), today: find("today"), pace: find("pace"), state: find("state"), timer: find("timer") };
  let place = { done: 0, total: 0, today: null };

  function showProgress(progress, ahead = 0) {
    if (progress) place = { ...place, ...progress };
    const done = Math.min(place.done + ahead, place.total || Infinity);
    const isDone = place.total && done >= place.total;
    nodes.words.textContent = isDone ? `${done}, your part is done` : place.total ? `${done} of ${place.total}` : "";
    nodes.progress.hidden = !place.total;
    nodes.progress.max = place.total || 1;
    nodes.progress.value = done;
    nodes.today.textContent = place.today === null || place.today === undefined ? "" : `${place.today + ahead} today`;
  }

  /** Time an answer took in this session, once there are some. */
  function showPace(ms, answers) {
    if (!nodes.pace) return;
    nodes.pace.textContent = answers < LEAST_ANSWERS ? "" : `${paceWords(ms / answers)} each`;
  }

  function showState(words) {
    if (nodes.state.textContent === words) return;
    nodes.state.textContent = words;
    nodes.state.dataset.state = words.split(/[ ,]/)[0];
  }

  function showTime(ms) {
    nodes.timer.textContent = clock(ms);
    nodes.timer.setAttribute("datetime", `PT${Math.floor(ms / 1000)}S`);
  }

  return { showProgress, showPace, showState, showTime, place: () => place };
}
