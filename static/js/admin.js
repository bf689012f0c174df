/* What an admin page does better with script. Each page works without it.

   1. The box that ticks all columns of an export.
   2. Boxes that search while one types (select2) get the name of their field, which Django leaves out for new rows.
   3. Signing out takes along the drafts that portal.js keeps on this device. */
(() => {
  "use strict";

  for (const all of document.querySelectorAll("[data-select-all]")) {
    all.closest("[hidden]")?.removeAttribute("hidden");
    all.addEventListener("change", () => {
      for (const box of document.querySelectorAll(all.dataset.selectAll)) box.checked = all.checked;
    });
  }

  let named = 0;
  const nameSearchBoxes = () => {
    for (const box of document.querySelectorAll(".select2-selection[role=combobox]:not([data-named])")) {
      const field = box.closest(".select2-container").previousElementSibling;
      const cell = box.closest("td");
      const words = field?.labels?.[0] ?? cell?.closest("table").tHead?.rows[0].cells[cell.cellIndex];
      if (!words) continue;
      words.id ||= `field-name-${++named}`;
      box.setAttribute("aria-labelledby", `${words.id} ${box.getAttribute("aria-labelledby") ?? ""}`.trim());
      box.querySelector("[role=textbox]")?.setAttribute("aria-labelledby", words.id);
      box.dataset.named = "";
    }
  };
  // the boxes are made when jQuery is ready, which on a busy machine may be after the load event
  window.django?.jQuery?.(nameSearchBoxes);
  window.addEventListener("load", nameSearchBoxes);
  document.addEventListener("formset:added", () => setTimeout(nameSearchBoxes, 0));

  for (const form of document.querySelectorAll("form[data-sign-out]")) {
    form.addEventListener("submit", () => {
      try {
        for (const key of Object.keys(localStorage)) if (key.startsWith("mou:draft:")) localStorage.removeItem(key);
      } catch {
        /* No storage: nothing was kept. */
      }
    });
  }
})();
