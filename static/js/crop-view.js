// <div data-crop="x1,y1,x2,y2" data-width data-height><img></div> shows that box of the picture, whole and undistorted.

import { cropPlacement } from "./geometry.js";

/** Lays out one element now; `box` overrides the attribute. */
export function placeCrop(node, box = node.dataset.crop.split(",").map(Number)) {
  const img = node.querySelector("img");
  const iw = Number(node.dataset.width) || img?.naturalWidth;
  const ih = Number(node.dataset.height) || img?.naturalHeight;
  if (!img || !iw || !ih || !node.clientWidth) return;
  const aspect = ((box[2] - box[0]) * iw) / ((box[3] - box[1]) * ih);
  if (node.dataset.crop !== undefined && !("fixed" in node.dataset)) node.style.aspectRatio = String(aspect);
  const at = cropPlacement(box, iw, ih, node.clientWidth, node.clientHeight);
  img.style.width = `${at.width}px`;
  img.style.height = `${at.height}px`;
  img.style.transform = `translate(${at.left}px, ${at.top}px)`;
  const [x, y, w, hgt] = at.shown;
  img.style.clipPath = `inset(${y - at.top}px ${at.width - (x + w - at.left)}px ${at.height - (y + hgt - at.top)}px ${x - at.left}px)`;
}

/** Wires every crop view under root and keeps them right when their size changes. */
export function wireCropViews(root = document) {
  const watcher = new ResizeObserver((entries) => entries.forEach((entry) => placeCrop(entry.target)));
  for (const node of root.querySelectorAll("[data-crop]")) {
    watcher.observe(node);
    node.querySelector("img")?.addEventListener("load", () => placeCrop(node));
    placeCrop(node);
  }
  return watcher;
}
