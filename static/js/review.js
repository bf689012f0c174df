/* Keys for the page on which one report after the other is reviewed: j next, k previous, a accept, r return.
   Only where nobody types, never with Ctrl, Alt or Meta, and only while the switch on the page is on. */
(() => {
  "use strict";

  const KEY = "mou:review-keys";
  const box = document.querySelector("[data-keys]");
  const toggle = box?.querySelector("[data-keys-switch]");
  if (!toggle) return;
  box.hidden = false;

  /* A browser may refuse storage: then the switch holds for this page alone. */
  try {
    toggle.checked = localStorage.getItem(KEY) !== "off";
    toggle.addEventListener("change", () => localStorage.setItem(KEY, toggle.checked ? "on" : "off"));
  } catch {
    toggle.checked = true;
  }

  const typing = (field) => field.closest("textarea, select, input:not([type=checkbox]), [contenteditable]");

  document.addEventListener("keydown", (event) => {
    if (!toggle.checked || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
    if (typing(event.target)) return;
    const part = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!part) return;
    event.preventDefault();
    if (part.matches("textarea")) part.focus(); // a return says why: first the note, then the button
    else part.click();
  });
})();
