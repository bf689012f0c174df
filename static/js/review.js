/* Keys for the pages on which reports are reviewed. One after the other: j next, k previous, a accept, r return. All
   together: j and k go from report to report, x ticks the one, o opens it, a accepts what is ticked.
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

  /* Where many stand on the page, the one that was gone to (or the first in view) is meant. */
  const rows = [...document.querySelectorAll("[data-row]")];
  let place = -1;
  const walk = (key) => {
    if (rows.length === 0) return false;
    const near = rows.indexOf(document.activeElement?.closest("[data-row]"));
    if (near >= 0) place = near;
    if (key === "j" || key === "k") {
      place = Math.max(0, Math.min(rows.length - 1, place + (key === "j" ? 1 : -1)));
      rows[place].focus();
      return true;
    }
    if (place < 0) return false;
    if (key === "x") rows[place].querySelector("[type=checkbox]").click();
    else if (key === "o") rows[place].querySelector("[data-row-open]").click();
    else return false;
    return true;
  };

  document.addEventListener("keydown", (event) => {
    if (!toggle.checked || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
    if (typing(event.target)) return;
    if (walk(event.key.toLowerCase())) {
      event.preventDefault();
      return;
    }
    const part = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!part) return;
    event.preventDefault();
    if (part.matches("textarea")) part.focus(); // a return says why: first the note, then the button
    else part.click();
  });
})();
