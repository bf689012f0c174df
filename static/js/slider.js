/* A slider above each number field marked data-slider (its value is the slider's name): the thumb drags roughly, the
   number says it exactly. The slider has no name, so it is neither sent nor kept; without scripts the number is enough. */
(() => {
  "use strict";

  for (const number of document.querySelectorAll("input[type=number][data-slider]")) {
    const slider = document.createElement("input");
    slider.type = "range";
    slider.className = "slider";
    slider.min = number.min;
    slider.max = number.max;
    slider.step = "5";
    slider.value = number.value || number.min;
    slider.disabled = number.disabled;
    slider.setAttribute("aria-label", number.dataset.slider);
    slider.addEventListener("input", () => {
      number.value = slider.value; // before the form's own listeners, to which this event goes on
    });
    for (const kind of ["input", "change"]) {
      number.addEventListener(kind, () => {
        slider.value = number.value || number.min;
      });
    }
    number.before(slider);
  }
})();
