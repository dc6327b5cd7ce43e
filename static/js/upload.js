// Many files at once: <div data-upload data-url data-name="file" data-accept> with an <input type="file"> inside.
// Three run at a time; each file has its own progress and, where it is refused, the server's reason beside it.
// A dropped folder is walked. Fires "uploaded" on the node when all are through: detail {taken, refused}.

import { h } from "./dom.js";

const PARALLEL = 3;

/** All files of a drop, folders walked. */
async function filesOf(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files];
  return (await Promise.all(entries.map(walk))).flat();
}

function walk(entry) {
  if (entry.isFile) return new Promise((resolve) => entry.file((file) => resolve([file]), () => resolve([])));
  const reader = entry.createReader();
  return readAll(reader).then((children) => Promise.all(children.map(walk))).then((lists) => lists.flat());
}

// A reader gives a hundred at a time and nothing when it is through.
async function readAll(reader) {
  const all = [];
  for (;;) {
    const some = await new Promise((resolve) => reader.readEntries(resolve, () => resolve([])));
    if (!some.length) return all;
    all.push(...some);
  }
}

function reasonOf(xhr) {
  try {
    return JSON.parse(xhr.responseText).error.message || `The server answered ${xhr.status}.`;
  } catch {
    return xhr.status ? `The server answered ${xhr.status}.` : "The server cannot be reached.";
  }
}

// XMLHttpRequest, because fetch tells nothing about how much has been sent.
function send(url, name, file, fields, onProgress) {
  return new Promise((resolve) => {
    const xhr = new XMLHttpRequest();
    const data = new FormData();
    for (const [key, value] of Object.entries(fields)) data.append(key, value);
    data.append(name, file);
    xhr.open("POST", url);
    xhr.setRequestHeader("X-CSRFToken", document.querySelector("meta[name=csrf-token]")?.content || "");
    xhr.setRequestHeader("Accept", "application/json");
    xhr.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    xhr.onloadend = () => {
      const isTaken = xhr.status >= 200 && xhr.status < 300;
      let reply = {};
      try {
        reply = JSON.parse(xhr.responseText);
      } catch {
        reply = {};
      }
      resolve({ isTaken, reply, reason: isTaken ? "" : reasonOf(xhr) });
    };
    xhr.send(data);
  });
}

function row(file) {
  const bar = h("progress", { max: 1, value: 0, "aria-label": `Upload of ${file.name}` });
  const state = h("span", { class: "upload__state", text: "waiting" });
  const node = h("li", { class: "upload" }, h("span", { class: "upload__name", text: file.name, title: file.name }), bar, state);
  return { node, bar, state };
}

function wireOne(node) {
  const input = node.querySelector("input[type=file]");
  const list = node.querySelector(".uploads") || node.appendChild(h("ul", { class: "uploads" }));
  const total = node.appendChild(h("p", { class: "dim small", role: "status" }));
  const queue = [];
  let running = 0;
  let counts = { taken: 0, refused: 0, all: 0 };

  function add(files) {
    const accept = (node.dataset.accept || "").split(",").filter(Boolean);
    for (const file of files) {
      if (file.name.startsWith(".") || (accept.length && !accept.some((end) => file.name.toLowerCase().endsWith(end.trim())))) continue;
      const view = row(file);
      list.append(view.node);
      queue.push({ file, view });
      counts.all += 1;
    }
    pump();
  }

  function say() {
    const done = counts.taken + counts.refused;
    total.textContent = counts.all ? `${done} of ${counts.all} done${counts.refused ? `, ${counts.refused} refused` : ""}` : "";
  }

  function pump() {
    say();
    while (running < PARALLEL && queue.length) run(queue.shift());
    if (!running && !queue.length && counts.all) {
      node.dispatchEvent(new CustomEvent("uploaded", { bubbles: true, detail: { taken: counts.taken, refused: counts.refused } }));
      counts = { taken: 0, refused: 0, all: 0 };
    }
  }

  async function run({ file, view }) {
    running += 1;
    view.state.textContent = "sending";
    const fields = JSON.parse(node.dataset.fields || "{}");
    const result = await send(node.dataset.url, node.dataset.name || "file", file, fields, (part) => {
      view.bar.value = part;
    });
    view.bar.value = 1;
    view.node.classList.toggle("upload--refused", !result.isTaken);
    view.state.textContent = result.isTaken ? result.reply.message || "taken" : result.reason;
    counts[result.isTaken ? "taken" : "refused"] += 1;
    running -= 1;
    pump();
  }

  input.addEventListener("change", () => {
    add([...input.files]);
    input.value = "";
  });
  node.addEventListener("dragover", (event) => {
    event.preventDefault();
    node.dataset.over = "";
  });
  node.addEventListener("dragleave", () => delete node.dataset.over);
  node.addEventListener("drop", async (event) => {
    event.preventDefault();
    delete node.dataset.over;
    add(await filesOf(event.dataTransfer));
  });
}

export function wireUploads(root = document) {
  for (const node of root.querySelectorAll("[data-upload]")) wireOne(node);
}
