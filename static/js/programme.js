/* The order of presentations: lines are dragged by their handle or moved by buttons, and the places follow.
   Without this file the places are typed. */
(() => {
  "use strict";

  const form = document.querySelector("[data-programme]");
  if (!form) return;
  const body = form.querySelector("tbody");
  form.querySelector("[data-programme-hint]").hidden = false;

  /* Places are counted from 1 in each session, in the order of the lines. */
  const count = () => {
    const places = new Map();
    for (const line of body.querySelectorAll("[data-talk]")) {
      const session = line.querySelector("select").value;
      const box = line.querySelector("[data-number]");
      if (!session) {
        box.value = "";
        continue;
      }
      const place = (places.get(session) || 0) + 1;
      places.set(session, place);
      box.value = place;
      const minutes = line.querySelector("[data-minutes]");
      if (!minutes.value) minutes.value = 15;
    }
  };

  const move = (line, up) => {
    const other = up ? line.previousElementSibling : line.nextElementSibling;
    if (!other) return;
    if (up) other.before(line);
    else other.after(line);
    count();
  };

  let dragged = null;
  for (const line of body.querySelectorAll("[data-talk]")) {
    const tools = line.querySelector("[data-drag-tools]");
    const handle = line.querySelector("[data-handle]");
    tools.hidden = false;
    handle.draggable = true;
    line.querySelector("[data-up]").addEventListener("click", (event) => {
      move(line, true);
      event.currentTarget.focus();
    });
    line.querySelector("[data-down]").addEventListener("click", (event) => {
      move(line, false);
      event.currentTarget.focus();
    });
    line.querySelector("select").addEventListener("change", count);
    handle.addEventListener("dragstart", (event) => {
      dragged = line;
      line.classList.add("is-dragged");
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", line.querySelector("th").id);
      event.dataTransfer.setDragImage(line, 0, 0);
    });
    handle.addEventListener("dragend", () => {
      line.classList.remove("is-dragged");
      dragged = null;
    });
  }

  body.addEventListener("dragover", (event) => {
    const over = event.target.closest("[data-talk]");
    if (!dragged || !over || over === dragged) return;
    event.preventDefault();
    const box = over.getBoundingClientRect();
    if (event.clientY < box.top + box.height / 2) over.before(dragged);
    else over.after(dragged);
  });
  body.addEventListener("drop", (event) => {
    if (!dragged) return;
    event.preventDefault();
    count();
  });
})();
