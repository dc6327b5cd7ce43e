// The session beside the items: its clock in the top bar with a pause and a word about a break, and the
// heartbeat that keeps the lease.

import { post } from "./http.js";
import { toast } from "./toast.js";

const HEARTBEAT = 60000;
const PLACE = "reframe:session";
const ANSWERS = "reframe:session-answers";

/**
 * current(): the item in hand {entry} or null; timer: the item's clock; addresses: where its heartbeat goes.
 * remindMin: after so many minutes of work a short break is suggested once.
 * Returns {add(ms, {isAnswer})}: time of an item that was left, answered or not. The pace is the time an answer took
 * in this session; it is shown to the person alone.
 */
export function startSession({ bar, timer, addresses, current, remindMin = 50 }) {
  let isReminded = Number(sessionStorage.getItem(PLACE) || 0) >= remindMin * 60000;
  let base = Number(sessionStorage.getItem(PLACE) || 0);
  let answers = Number(sessionStorage.getItem(ANSWERS) || 0);

  function tick() {
    const spent = base + (current() ? timer.read().active_ms : 0);
    bar.showTime(spent);
    if (!isReminded && spent >= remindMin * 60000) {
      isReminded = true;
      toast(`You have worked for ${remindMin} minutes. A short break keeps the eye fresh.`, { seconds: 20 });
    }
    sessionStorage.setItem(PLACE, String(Math.round(spent)));
  }

  async function beat() {
    const entry = current()?.entry;
    if (!entry || document.hidden || !addresses.has("heartbeat", entry)) return;
    try {
      await post(addresses.of("heartbeat", entry), { assignment: entry.assignment.id });
    } catch (problem) {
      if (problem.isPassing || current()?.entry !== entry) return;
      toast(`${problem.message} You may still send your answer; if it is refused, it is kept here.`, { kind: "bad", seconds: 12 });
    }
  }

  setInterval(tick, 1000);
  setInterval(beat, HEARTBEAT);
  bar.showPace(base, answers);
  return {
    add(ms, { isAnswer = false } = {}) {
      base += ms;
      if (isAnswer) answers += 1;
      sessionStorage.setItem(ANSWERS, String(answers));
      bar.showPace(base, answers);
    },
  };
}
