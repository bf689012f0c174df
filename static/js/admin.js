/* Admin pages: the box that ticks all columns of an export. Without script each column is ticked by itself. */
(() => {
  "use strict";
  for (const all of document.querySelectorAll("[data-select-all]")) {
    all.closest("[hidden]")?.removeAttribute("hidden");
    all.addEventListener("change", () => {
      for (const box of document.querySelectorAll(all.dataset.selectAll)) box.checked = all.checked;
    });
  }
})();
