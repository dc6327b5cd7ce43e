// A key that turns a view when pressed, and turns it back when it was held: before and after at a glance.

const HELD = 350;

/** Call from the key's action: turns now, and again on release where the key was held. */
export function peek(event, turn) {
  turn();
  if (!event?.code || event.type !== "keydown") return;
  const pressed = performance.now();
  const release = (up) => {
    if (up.code !== event.code) return;
    removeEventListener("keyup", release);
    if (performance.now() - pressed > HELD) turn();
  };
  addEventListener("keyup", release);
}
