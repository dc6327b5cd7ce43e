// What a work page asks beside the answer itself: why an item is skipped, what the lead should look at or know.

import { ask } from "./dialog.js";
import { h } from "./dom.js";
import { openReasons } from "./reasons.js";

const SKIP_REASONS = [
  { value: "unclear", label: "the question is unclear" },
  { value: "photo_problem", label: "the photo does not show well" },
  { value: "not_my_subject", label: "not my subject" },
  { value: "disturbing", label: "I would rather not look at this" },
];

/** Opens the list of reasons to skip the item at the foot of the panel; no dialog between items. */
export function askWhySkipped({ host, keys, item, onPick }) {
  openReasons({ host, keys, title: "Skip because", reasons: item.skip_reasons || SKIP_REASONS, onPick });
}

/** The words of a flag, or null when it was thought better of. */
export async function askFlagWords() {
  const said = await ask({
    title: "Flag this item for the lead", field: { label: "What should the lead look at?", required: true },
    choices: [{ label: "Cancel", value: "no" }, { label: "Raise the flag", value: "yes", kind: "primary" }],
  });
  return said?.value === "yes" ? said.text : null;
}

/** The words of a comment, or null when it was thought better of. */
export async function askCommentWords() {
  const said = await ask({
    title: "Comment on this item", body: h("p", { class: "dim", text: "A note for the lead. It raises no flag, and nobody else who works on the item sees it before the round is complete." }),
    field: { label: "Your comment", required: true },
    choices: [{ label: "Cancel", value: "no" }, { label: "Keep the comment", value: "yes", kind: "primary" }],
  });
  return said?.value === "yes" ? said.text : null;
}
