// Own sentences held against what is measured of the photo, on the server, a moment after they were typed.
// It warns and never refuses; without an answer nothing is said.

const PAUSE = 1200;

/** blocks: text blocks whose new sentences are asked about; ask(text): a promise of doubts [{sentence, words}]. */
export function createDoubts({ blocks, ask }) {
  let timer = 0;
  let asked = "";

  const ownWords = (block) => (block.isChanged() ? block.units().filter((unit) => unit.index < 0).map((unit) => unit.text) : []);

  async function send() {
    const text = blocks.flatMap(ownWords).join("\n");
    if (!text || text === asked) return;
    asked = text;
    try {
      const found = await ask(text);
      blocks.forEach((block) => block.doubt(found));
    } catch {
      asked = "";
    }
  }

  return {
    ask() {
      clearTimeout(timer);
      timer = setTimeout(send, PAUSE);
    },
  };
}
