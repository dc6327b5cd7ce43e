// Active time of one item: from first paint to submit, without hidden-tab time and without anything beyond
// 60 s since the last input, which counts as idle. Times in milliseconds.

const IDLE_AFTER = 60000;
const INPUTS = ["pointerdown", "pointermove", "keydown", "wheel", "scroll"];

export function createTimer({ now = () => performance.now(), idleAfter = IDLE_AFTER, target = document } = {}) {
  let active = 0;
  let idle = 0;
  let since = null;
  let lastInput = 0;
  let isHidden = false;
  let isPaused = false;

  // Books the time since the last look: active up to the idle limit after the last input, idle beyond it.
  function book() {
    if (since === null) return;
    const t = now();
    const awakeUntil = Math.max(since, Math.min(t, lastInput + idleAfter));
    if (isPaused) idle += t - since;
    else if (!isHidden) {
      active += awakeUntil - since;
      idle += t - awakeUntil;
    } else idle += t - since;
    since = t;
  }

  function onInput() {
    book();
    lastInput = now();
  }

  function onVisibility() {
    book();
    isHidden = target.visibilityState === "hidden";
    if (!isHidden) lastInput = now();
  }

  INPUTS.forEach((name) => target.addEventListener(name, onInput, { passive: true, capture: true }));
  target.addEventListener("visibilitychange", onVisibility);

  return {
    /** Starts from nought, or from what an item taken up again has had already. */
    start(from = {}) {
      active = from.active_ms || 0;
      idle = from.idle_ms || 0;
      since = now();
      lastInput = since;
      isHidden = target.visibilityState === "hidden";
    },
    /** Until resume() everything counts as idle. */
    pause() {
      book();
      isPaused = true;
    },
    resume() {
      book();
      isPaused = false;
      lastInput = now();
    },
    read() {
      book();
      return { active_ms: Math.round(active), idle_ms: Math.round(idle) };
    },
    stop() {
      const read = this.read();
      since = null;
      active = 0;
      idle = 0;
      return read;
    },
    destroy() {
      INPUTS.forEach((name) => target.removeEventListener(name, onInput, { capture: true }));
      target.removeEventListener("visibilitychange", onVisibility);
    },
  };
}
