/* The chair's clock: counts a talk's minutes down, says in words and by a sign when they run out, and goes on to the
   next talk. Where it stood survives a reload. Without this file the page shows the planned hours. */
(() => {
  "use strict";

  const box = document.querySelector("[data-timer]");
  const talks = [...document.querySelectorAll("[data-minutes]")];
  if (!box || !talks.length) return;
  box.hidden = false;

  const KEY = `mou:timer:${location.pathname}`;
  const SOON = 120;
  const part = (name) => box.querySelector(`[data-timer-${name}]`);
  const say = box.dataset;

  /* at: the talk; used: seconds that ran before; since: when it was started last, in ms, or 0 while it stands. */
  let state = { at: 0, used: 0, since: 0 };
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY));
    if (kept && kept.at < talks.length) state = kept;
  } catch {
    /* A browser may refuse storage: then the clock begins anew. */
  }

  const keep = () => {
    try {
      sessionStorage.setItem(KEY, JSON.stringify(state));
    } catch {
      /* as above */
    }
  };

  const used = () => state.used + (state.since ? (Date.now() - state.since) / 1000 : 0);
  const digits = (seconds) => {
    const whole = Math.abs(seconds);
    const text = `${String(Math.floor(whole / 60)).padStart(2, "0")}:${String(whole % 60).padStart(2, "0")}`;
    return seconds < 0 ? `−${text}` : text;
  };

  const show = () => {
    const talk = talks[state.at];
    const left = Math.ceil(Number(talk.dataset.minutes) * 60 - used());
    part("talk").textContent = `${state.at + 1}/${talks.length} · ${talk.dataset.title}`;
    part("clock").textContent = digits(left);
    const kind = left <= 0 ? "over" : left <= SOON ? "soon" : state.since ? "running" : "waiting";
    const sign = { over: "!", soon: "◐", running: "▶", waiting: "■" }[kind];
    const words = `${sign} ${say[kind]}`;
    if (part("state").textContent !== words) part("state").textContent = words; // said aloud once, not each second
    box.dataset.kind = kind;
    const go = part("go");
    go.textContent = state.since ? go.dataset.stop : go.dataset.go;
    part("back").disabled = state.at === 0;
    part("next").disabled = state.at === talks.length - 1;
    talks.forEach((one, place) => {
      if (place === state.at) one.setAttribute("aria-current", "true");
      else one.removeAttribute("aria-current");
    });
  };

  const turn = (step) => {
    state = { at: state.at + step, used: 0, since: 0 };
    keep();
    show();
  };

  part("go").addEventListener("click", () => {
    state = state.since ? { ...state, used: used(), since: 0 } : { ...state, since: Date.now() };
    keep();
    show();
  });
  part("back").addEventListener("click", () => turn(-1));
  part("next").addEventListener("click", () => turn(1));
  setInterval(show, 250);
  show();
})();
