// What stands on the stage of a work page while no item does: a wait, the end, guidelines to confirm, a reference.

import { h } from "./dom.js";
import { get, post } from "./http.js";
import { toast } from "./toast.js";
import { feedbackStage, guidelinesStage, titleOf } from "./work-conduct.js";
import { emptyStage, waitingStage } from "./work-words.js";

const ON_ITS_WAY = "The next item is on its way.";

/** leave() takes the item in hand off the page; isFree(): none is in hand; claim() and next() bring another. */
export function createBetween({ shell, stage, keys, exitUrl, leave, isFree, claim, next }) {
  let isWaiting = false;

  function put(node) {
    leave();
    isWaiting = false;
    shell.dataset.layout = "empty";
    stage.replaceChildren(node);
  }

  function showNothing(words, { why = "", again_s: again = null } = {}) {
    put(emptyStage(words, exitUrl, titleOf(why)));
    if (again) setTimeout(() => isFree() && claim(), again * 1000);
  }

  function showWaiting(words = ON_ITS_WAY) {
    put(waitingStage(words));
    isWaiting = true;
  }

  // A page that is left by Enter.
  function showUntilEnter(node, onGo) {
    put(node);
    const scope = keys.scope();
    scope.register({ key: "Enter", label: "go on", action: () => { scope.clear(); onGo(); }, bar: false });
    keys.refresh();
    node.querySelector("button")?.focus();
  }

  async function showGuidelines(url, panel) {
    const told = await get(url);
    if (!told.unread) return claim();
    return showUntilEnter(guidelinesStage(told), async () => {
      try {
        await post(url, { version: told.version });
        panel?.update(told);
      } catch (problem) {
        toast(problem.message, { kind: "bad" });
      }
      showWaiting();
      claim();
    });
  }

  function showFeedback(feedback, entry) {
    if (!isWaiting) return toast(`${feedback.agrees ? "Your training answer agreed" : "The reference differs"}: ${feedback.reference.words}. ${feedback.why}`, { seconds: 12 });
    return showUntilEnter(feedbackStage(feedback, entry?.item?.photo), () => {
      showWaiting();
      next();
    });
  }

  return {
    isWaiting: () => isWaiting, showNothing, showWaiting, showGuidelines, showFeedback,
    /** An item comes: the words go. */
    end() {
      stage.replaceChildren();
      isWaiting = false;
    },
  };
}
