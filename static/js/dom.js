// Small builder of DOM nodes: text is always text, never markup, so nothing typed by a person can become code.

const SVG = "http://www.w3.org/2000/svg";

function setProp(node, name, value) {
  if (name === "draggable") {
    node.draggable = Boolean(value); // a picture is draggable unless it is told not to be
    return;
  }
  if (value === undefined || value === null || value === false) return;
  if (name === "class") node.setAttribute("class", value);
  else if (name === "text") node.textContent = value;
  else if (name === "data") Object.assign(node.dataset, value);
  else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
  else if (name in node && typeof value !== "string") node[name] = value;
  else if (name === "value") node.value = value;
  else node.setAttribute(name, value === true ? "" : value);
}

function fill(node, props, children) {
  for (const [name, value] of Object.entries(props || {})) setProp(node, name, value);
  for (const child of children.flat()) {
    if (child !== null && child !== undefined && child !== false) node.append(child);
  }
  return node;
}

/** h("p", {class: "dim", text: "words"}, child, ...): an HTML element. `on*` props are listeners. */
export function h(tag, props, ...children) {
  return fill(document.createElement(tag), props, children);
}

/** The same for SVG; every prop becomes an attribute. */
export function svg(tag, attrs, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attrs || {})) {
    if (value !== undefined && value !== null && value !== false) node.setAttribute(name, value);
  }
  node.append(...children.flat());
  return node;
}

/** A button of the design system. `key` shows a key cap once keys.js has registered it. */
export function button({ label, key, kind = "", onclick, ...rest }) {
  const name = kind ? `btn btn--${kind}` : "btn";
  return h("button", { type: "button", class: name, "data-key": key, onclick, ...rest }, h("span", { text: label }));
}

/** A titled group of the panel. */
export function section(title, ...children) {
  return h("section", { class: "group", "aria-label": title }, h("h2", { class: "group__title", text: title }), ...children);
}

/** mm:ss, or h:mm:ss from one hour on. */
export function clock(ms) {
  const s = Math.floor(ms / 1000);
  const two = (n) => String(n).padStart(2, "0");
  const rest = `${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
  return s >= 3600 ? `${Math.floor(s / 3600)}:${rest}` : rest;
}

/** Waits until a picture can be painted without a flash; resolves false when it cannot be read. */
export async function decoded(img) {
  try {
    await img.decode();
    return true;
  } catch {
    return img.complete && img.naturalWidth > 0;
  }
}
