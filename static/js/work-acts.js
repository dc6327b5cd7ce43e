// What can be done with every item beside answering it: skip it with a reason, raise a flag, leave a comment.

import { h } from "./dom.js";
import { post } from "./http.js";
import { toast } from "./toast.js";
import { askCommentWords, askFlagWords, askWhySkipped } from "./work-asking.js";

/** isShown(entry): whether it is still in hand; onSkipped(reply) goes on. offer(entry, keys) puts the buttons there. */
export function createActs({ keys, nodes, addresses, isShown, onSkipped }) {
  async function send(name, entry, data, done) {
    try {
      done(await post(addresses.of(name, entry), { assignment: entry.assignment.id, ...data }));
    } catch (problem) {
      toast(problem.message, { kind: "bad" });
    }
  }

  function askSkip(entry) {
    askWhySkipped({
      host: nodes.foot, keys, item: entry.item,
      onPick: (reason) => send("skip", entry, { reason }, (reply) => isShown(entry) && onSkipped(reply)),
    });
  }

  async function askFlag(entry) {
    const reason = await askFlagWords();
    if (reason) send("flag", entry, { reason }, () => toast("Flag raised. You can go on with this item.", { kind: "good" }));
  }

  // A comment is only said: it holds nothing up, and opens no discussion.
  async function askComment(entry) {
    const text = await askCommentWords();
    if (text) send("comment", entry, { text }, () => toast("Comment kept. The lead reads it when the round is complete.", { kind: "good" }));
  }

  function offer(entry, itemKeys) {
    const add = (key, label, action) => {
      itemKeys.register({ key, label, action, bar: false });
      return h("button", { type: "button", class: "btn", "data-key": key, "data-cap-at": "start" }, label);
    };
    nodes.more.replaceChildren(...[
      addresses.has("skip", entry) && !entry.training && add("s", "skip", () => askSkip(entry)),
      addresses.has("comment", entry) && add(";", "comment", () => askComment(entry)),
      addresses.has("flag", entry) && add("f", "flag", () => askFlag(entry)),
    ].filter(Boolean));
  }

  return { offer };
}
