/* A button that copies the text of the element whose id it names (data-copy), and says so. Hidden where it cannot. */
(() => {
  "use strict";

  if (!navigator.clipboard) return; // no secure page, no clipboard: the text can still be selected
  for (const button of document.querySelectorAll("[data-copy]")) {
    const source = document.getElementById(button.dataset.copy);
    const said = document.getElementById(`${button.dataset.copy}-copied`);
    button.hidden = false;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(source.textContent.trim());
        said.textContent = button.dataset.done;
      } catch {
        said.textContent = "";
        getSelection().selectAllChildren(source); // refused: the reader copies what is selected
      }
    });
  }
})();
