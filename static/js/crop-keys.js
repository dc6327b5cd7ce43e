// Keys that every page with a frame has.

/** Arrow keys of every page with a frame: nudge, ten times as far, resize. */
export function registerArrows(add, tool) {
  for (const mod of ["", "Shift+", "Alt+", "Alt+Shift+"]) {
    for (const key of ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"]) {
      const label = key === "ArrowLeft" ? { "": "nudge", "Shift+": "nudge ten times as far", "Alt+": "resize" }[mod] || "" : "";
      add({ key: mod + key, action: (event) => tool.arrow(event), repeat: true, label, caps: [mod + key, "ArrowRight"], bar: mod === "" });
    }
  }
}

/** Z for one picture pixel on one of the screen, Shift with it for the whole photo. */
export function registerZoom(add, tool) {
  add({ key: "z", label: "100 %", action: () => tool.toggleZoom() });
  add({ key: "Shift+z", label: "fit the whole photo", action: () => tool.fit(), bar: false });
}
