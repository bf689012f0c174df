/* What a page does better with script. Every page works without it.

   1. Menus close on Escape and on a click elsewhere.
   2. A form is sent once, however often its button is pressed.
   3. Text typed into a form marked data-autosave is kept on this device until the server has it: a lost connection or
      an ended session gives it back. Never passwords, files or hidden fields; never another person's; gone at sign-out.
   4. On a phone the drop-downs above a list stand behind one button.
   5. After a refusal the list of errors is what one hears and sees first. */
(() => {
  "use strict";

  const PREFIX = "mou:draft:";
  const SENT = "mou:sent";
  const KEEP_DAYS = 14;
  const person = document.body.dataset.person;

  /* A browser may refuse storage (private windows, full disk): then nothing is kept, and nothing breaks. */
  const storage = (() => {
    try {
      const probe = PREFIX + "probe";
      localStorage.setItem(probe, "1");
      localStorage.removeItem(probe);
      sessionStorage.getItem(probe);
      return localStorage;
    } catch {
      return null;
    }
  })();

  const draftKeys = () => Object.keys(storage).filter((key) => key.startsWith(PREFIX));

  /* --- menus ------------------------------------------------------------------------------- */
  const closeMenus = (except) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!except || !menu.contains(except)) menu.open = false;
    }
  };
  document.addEventListener("click", (event) => closeMenus(event.target));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.activeElement?.closest("details.menu[open], details.bar-menu[open]");
    closeMenus();
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  /* --- once only --------------------------------------------------------------------------- */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("data-again")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    const button = event.submitter;
    /* After this turn, so that the button's own name and value still travel. */
    setTimeout(() => button?.setAttribute("aria-disabled", "true"), 0);
    setTimeout(() => release(form), 20000);
  });
  const release = (form) => {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
  };
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(release);
  });

  /* --- nothing typed is lost ---------------------------------------------------------------- */
  const keepable = (field) =>
    field.name &&
    !field.disabled &&
    !["password", "file", "hidden", "submit", "button", "reset", "image"].includes(field.type) &&
    field.autocomplete !== "one-time-code" &&
    !field.hasAttribute("data-not-kept");

  const read = (form) => {
    const values = {};
    for (const field of form.elements) {
      if (!keepable(field)) continue;
      const list = (values[field.name] ??= []);
      if (field.type === "checkbox" || field.type === "radio") {
        if (field.checked) list.push(field.value);
      } else if (field.multiple && field.options) {
        for (const option of field.selectedOptions) list.push(option.value);
      } else {
        list.push(field.value);
      }
    }
    return values;
  };

  const write = (form, values) => {
    const seen = {};
    for (const field of form.elements) {
      if (!keepable(field) || !(field.name in values)) continue;
      const list = values[field.name];
      if (field.type === "checkbox" || field.type === "radio") {
        field.checked = list.includes(field.value);
      } else if (field.multiple && field.options) {
        for (const option of field.options) option.selected = list.includes(option.value);
      } else {
        field.value = list[(seen[field.name] = (seen[field.name] ?? -1) + 1)] ?? "";
      }
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
  };

  let signingOut = false; // from then on nothing is kept, nor what a timer still holds

  const keep = (form, key) => {
    if (signingOut) return;
    try {
      storage.setItem(key, JSON.stringify({ at: Date.now(), values: read(form) }));
      const said = form.querySelector("[data-autosave-said]");
      if (said) said.hidden = false;
    } catch {
      /* No room left: the form still works, it is only not kept. */
    }
  };

  /* A form with data-autosave-url is also saved on the server, a little after the last key. What the server cannot take
     (no line, no session, somebody else's change) stays on the device, and the form's own button says why. */
  const saveOnServer = (form) => {
    const said = form.querySelector("[data-autosave-server]");
    let timer;
    let running = false;
    let again = false;
    let stopped = false;
    let waiting = null;

    const send = async () => {
      if (stopped || form.dataset.sent) return;
      if (running) {
        again = true;
        return;
      }
      running = true;
      const data = new FormData(form);
      for (const field of form.querySelectorAll("input[type=file]")) data.delete(field.name);
      try {
        const answer = await fetch(form.dataset.autosaveUrl, { method: "POST", body: data, redirect: "error" });
        const told = await answer.json();
        if (form.dataset.sent) return; // the button was quicker: its page tells
        if (answer.ok) form.elements.revision.value = told.revision;
        stopped = answer.status === 409;
        if (said && told.message) said.textContent = told.message;
      } catch {
        if (said) said.textContent = ""; // "kept on this device" stands beside it
      } finally {
        running = false;
        if (waiting) form.requestSubmit(waiting);
        else if (again) {
          again = false;
          schedule();
        }
      }
    };
    const schedule = () => {
      clearTimeout(timer);
      timer = setTimeout(send, 1500);
    };
    form.addEventListener("input", schedule);
    form.addEventListener("submit", (event) => {
      clearTimeout(timer);
      if (!running) return;
      event.preventDefault(); // the save on its way raises the revision: the button waits for it
      waiting = event.submitter;
    });
  };

  const autosave = (form, key) => {
    const asServed = JSON.stringify(read(form));
    const offer = form.querySelector("[data-autosave-offer]");
    const kept = JSON.parse(storage.getItem(key) ?? "null");
    const differs = kept && JSON.stringify(kept.values) !== asServed;
    let timer;
    let waiting = false;

    if (form.hasAttribute("data-bound")) {
      keep(form, key); // refused by the server: what stands in the form is the newest
    } else if (differs && offer) {
      waiting = true;
      offer.hidden = false;
      offer.querySelector("[data-autosave-restore]").addEventListener("click", () => {
        write(form, kept.values);
        offer.hidden = true;
        waiting = false;
        form.querySelector("input:not([type=hidden]), textarea, select")?.focus();
      });
      offer.querySelector("[data-autosave-forget]").addEventListener("click", () => {
        storage.removeItem(key);
        offer.hidden = true;
        waiting = false;
      });
    } else if (kept) {
      storage.removeItem(key);
    }

    const keepNow = () => {
      timer = undefined;
      if (waiting) {
        waiting = false; // the person went on typing: the new text counts
        offer.hidden = true;
      }
      keep(form, key);
    };
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(keepNow, 400);
    });
    window.addEventListener("pagehide", () => {
      if (timer === undefined) return; // nothing typed since it was kept
      clearTimeout(timer);
      keepNow();
    });
    if (form.dataset.autosaveUrl) saveOnServer(form);
    form.addEventListener("submit", () => {
      clearTimeout(timer);
      timer = undefined;
      keep(form, key);
      sessionStorage.setItem(SENT, key);
    });
  };

  /* The page after a form says how it went. Only a success message lets go of the draft: a sign-in page, an error page
     or the form itself come back with it. */
  const arrived = storage && sessionStorage.getItem(SENT);
  if (arrived) sessionStorage.removeItem(SENT);

  if (storage && person) {
    if (arrived && document.querySelector('[data-message="success"]')) storage.removeItem(arrived);
    const oldest = Date.now() - KEEP_DAYS * 24 * 3600 * 1000;
    for (const key of draftKeys()) {
      const at = JSON.parse(storage.getItem(key))?.at ?? 0;
      if (!key.startsWith(`${PREFIX}${person}:`) || at < oldest) storage.removeItem(key);
    }
    document.querySelectorAll("form[data-autosave]").forEach((form, index) => {
      autosave(form, `${PREFIX}${person}:${location.pathname}:${form.id || index}`);
    });
    for (const form of document.querySelectorAll("form[data-sign-out]")) {
      form.addEventListener("submit", () => {
        signingOut = true;
        draftKeys().forEach((key) => storage.removeItem(key));
        sessionStorage.removeItem(SENT);
      });
    }
  }

  /* --- filters on a phone -------------------------------------------------------------------- */
  /* Two and more drop-downs would be all that a phone shows of a list: they stand behind a button there (portal.css),
     unless one of them is in use. */
  for (const form of document.querySelectorAll("form[data-fold]")) {
    const selects = [...form.querySelectorAll("select")];
    if (selects.length < 2 || selects.some((select) => select.value)) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-secondary filters-fold";
    button.textContent = form.dataset.fold;
    const show = (open) => {
      form.toggleAttribute("data-folded", !open);
      button.setAttribute("aria-expanded", open);
    };
    button.addEventListener("click", () => show(form.hasAttribute("data-folded")));
    show(false);
    form.querySelector("button[type=submit]").before(button);
  }

  /* --- a refusal is heard first -------------------------------------------------------------- */
  document.querySelector("[data-error-summary]")?.focus();
})();
