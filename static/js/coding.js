/* Marks a passage in a source by selecting it: with a mouse, a finger, or the keyboard (Shift and the arrow keys, where
   the browser lets people move in a text). The form takes the place in the text; without this script it takes words. */
(() => {
  "use strict";

  const text = document.querySelector("[data-source]");
  const form = document.querySelector("[data-coding]");
  if (!text || !form) return;
  const said = document.querySelector("[data-selected]");
  const [start, end, words] = ["start", "end", "passage"].map((name) => form.elements[name]);

  /* A browser counts UTF-16 units, the portal counts characters: they differ beyond the basic plane. */
  const characters = (string) => Array.from(string).length;

  const place = (node, offset) => {
    const range = document.createRange();
    range.selectNodeContents(text);
    range.setEnd(node, offset);
    return Number(text.dataset.first) + characters(range.toString());
  };

  const take = () => {
    const selection = document.getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return;
    const range = selection.getRangeAt(0);
    if (!text.contains(range.startContainer) || !text.contains(range.endContainer)) return;
    start.value = place(range.startContainer, range.startOffset);
    end.value = place(range.endContainer, range.endOffset);
    words.value = range.toString();
    said.textContent = words.value.length > 120 ? `${words.value.slice(0, 119)}…` : words.value;
  };

  let waiting;
  document.addEventListener("selectionchange", () => {
    clearTimeout(waiting);
    waiting = setTimeout(take, 150);
  });
  words.addEventListener("input", () => {
    start.value = end.value = ""; // typed words are looked for by themselves
  });

  /* m: to the form, from anywhere in the text. */
  text.addEventListener("keydown", (event) => {
    if (event.key !== "m" || event.ctrlKey || event.altKey || event.metaKey) return;
    take();
    event.preventDefault();
    (form.querySelector("input[type=checkbox]") || words).focus();
  });
})();
