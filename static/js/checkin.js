/* The door of a seminar. Without this script each code is a form that is sent.

   1. A code or a chosen seat is sent without leaving the page; the answer is shown, sounded and, on a phone, felt.
   2. Every check-in has a key of its own and stands in a queue on this device until the server has answered it: a lost
      line delays it, and an answer that was lost is asked for again without a second row.
   3. Where the browser can read QR codes, the camera scans.
   4. Without a line the names come from the page itself, where the seminar is not too large for that. */
(() => {
  "use strict";

  const door = document.querySelector("[data-door]");
  if (!door) return;
  const word = (name) => door.dataset["word" + name] ?? "";
  const part = (name) => door.querySelector(`[data-${name}]`);
  const form = part("door-form");
  const box = form.elements.code;
  const KEY = `mou:checkin:${document.body.dataset.person}:${door.dataset.list}`;
  const RETRY_MS = 4000;
  const SAME_CODE_MS = 3000;

  const directory = JSON.parse(document.getElementById("door-directory")?.textContent ?? "null");
  const bySeat = new Map(Object.values(directory ?? {}).map((row) => [String(row[0]), row]));

  /* --- the queue: on this device, so that a closed page or an empty battery loses nothing ------- */
  let memory = [];
  const load = () => {
    try {
      return JSON.parse(localStorage.getItem(KEY) ?? "[]");
    } catch {
      return memory;
    }
  };
  const store = (queue) => {
    memory = queue;
    try {
      localStorage.setItem(KEY, JSON.stringify(queue));
    } catch {
      /* No storage: it is kept as long as the page is open. */
    }
    const said = part("queue");
    said.hidden = !queue.length;
    said.textContent = `${queue.length} ${word("Waiting")}`;
  };

  /* --- what is shown and heard ------------------------------------------------------------------ */
  const show = (answer) => {
    const panel = part("answer");
    panel.hidden = false;
    panel.className = `door-answer door-${answer.tone}`;
    for (const name of ["sign", "word", "name", "party", "substitute", "detail"]) part(name).textContent = answer[name] ?? "";
    const link = part("link");
    link.textContent = "";
    if (answer.url) {
      const a = document.createElement("a");
      a.href = answer.url;
      a.textContent = answer.word;
      link.append(a);
    }
    if (answer.here !== undefined) {
      part("here").textContent = answer.here;
      part("named").textContent = answer.named;
    }
    sound(answer.tone);
  };

  /* Told apart with closed eyes: one rising pair, two equal tones, one long low tone. */
  const TONES = { good: [[660, 0, 0.09], [990, 0.1, 0.14]], again: [[520, 0, 0.12], [520, 0.18, 0.12]], kept: [[520, 0, 0.12], [660, 0.16, 0.1]], bad: [[180, 0, 0.5]] };
  const BUZZ = { good: [60], again: [60, 80, 60], kept: [60, 40, 20], bad: [350] };
  let audio;
  const sound = (tone) => {
    if (!part("sound")?.checked) return;
    navigator.vibrate?.(BUZZ[tone] ?? []);
    try {
      audio ??= new AudioContext();
      for (const [pitch, start, length] of TONES[tone] ?? []) {
        const wave = audio.createOscillator();
        const volume = audio.createGain();
        wave.frequency.value = pitch;
        wave.type = tone === "bad" ? "square" : "sine";
        volume.gain.value = 0.2;
        wave.connect(volume).connect(audio.destination);
        wave.start(audio.currentTime + start);
        wave.stop(audio.currentTime + start + length);
      }
    } catch {
      /* No sound here: sign and word stand on the page. */
    }
  };

  /* --- sending ---------------------------------------------------------------------------------- */
  let sending = false;

  const post = async (item) => {
    const data = new FormData();
    for (const [name, value] of Object.entries(item)) data.set(name, value);
    const answer = await fetch(door.dataset.send, {
      method: "POST",
      body: data,
      redirect: "manual",
      headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
      signal: AbortSignal.timeout(8000),
    });
    if (answer.type === "opaqueredirect") throw new Refused(word("Session"));
    if (answer.status === 403 || answer.status === 404) throw new Refused(word("Closed"));
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  };
  class Refused extends Error {}

  /* One after the other, oldest first; the newest one's answer is what the person at the door waits for. */
  const flush = async () => {
    if (sending) return;
    sending = true;
    try {
      for (let queue = load(); queue.length; queue = load()) {
        const item = queue[0];
        const said = await post(item);
        store(load().filter((one) => one.key !== item.key));
        if (item.key === newest) show(said);
        else if (said.tone === "bad") show(said);
      }
    } catch (error) {
      const refused = error instanceof Refused;
      const kept = load().some((one) => one.key === newest);
      if (kept && newest !== shown) {
        shown = newest;
        show({ ...known(load().find((one) => one.key === newest)), tone: refused ? "bad" : "kept", sign: refused ? "×" : "…", word: word("Kept"), detail: refused ? error.message : word("KeptDetail") });
      }
    } finally {
      sending = false;
      store(load());
    }
  };
  let newest = null;
  let shown = null;

  const bare = (text) => text.trim().replace(/\/+$/, "").split("/").pop().toUpperCase();
  const known = (item) => {
    const row = item.seat ? bySeat.get(String(item.seat)) : directory?.[bare(item.code ?? "")];
    return row ? { name: row[1], party: `${row[2]} · ${word("Seat")} ${row[3]}` } : { name: "", party: item.code ? word("Unknown") : "" };
  };

  const checkIn = (item) => {
    const queue = load();
    const leaving = form.elements.leaving?.checked ? "on" : "";
    const waiting = queue.find((one) => one.leaving === leaving && (item.seat ? one.seat === item.seat : one.code === item.code));
    if (waiting) {
      show({ ...known(item), tone: "again", sign: "!", word: word("Again"), detail: word("AgainDetail") });
    } else {
      newest = crypto.randomUUID ? crypto.randomUUID() : uuid();
      store([...queue, { ...item, leaving, key: newest, at: new Date().toISOString() }]);
    }
    flush();
  };

  /* crypto.randomUUID wants a secure page; an office's plain address is not one. */
  const uuid = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  };

  setInterval(() => load().length && flush(), RETRY_MS);
  window.addEventListener("online", flush);
  store(load());
  if (load().length) flush();

  /* --- the box: a code is sent, anything else is searched for ------------------------------------- */
  const CODE = /^[SP][0-9A-Z]{1,13}-[0-9A-Z]{1,7}-[0-9A-Z]{16}$/;
  const THAI_KEYS = /[\u0e01-\u0e5b]/;
  const isCode = (text) => CODE.test(bare(text)) || text.includes("://") || (THAI_KEYS.test(text) && !/\s/.test(text) && text.length > 20);

  const find = (text) => {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    const rows = [...bySeat.values()].filter((row) => row[4] === text.trim() || words.every((one) => `${row[1]} ${row[2]}`.toLowerCase().includes(one)));
    const list = part("found");
    list.textContent = "";
    part("found-box").hidden = false;
    for (const row of rows.slice(0, 12)) {
      const li = document.createElement("li");
      const words = document.createElement("div");
      const name = document.createElement("strong");
      name.textContent = row[1] || "–";
      words.append(name, document.createElement("br"), `${row[2]} · ${word("Seat")} ${row[3]}`);
      li.append(words);
      if (row[1]) {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "btn btn-secondary";
        button.textContent = form.querySelector("button").textContent;
        button.setAttribute("aria-label", `${button.textContent}: ${row[1]}`);
        button.addEventListener("click", () => checkIn({ seat: String(row[0]) }));
        li.append(button);
      }
      list.append(li);
    }
    if (!rows.length) {
      const li = document.createElement("li");
      li.textContent = word("None");
      list.append(li);
    }
  };

  form.addEventListener("submit", (event) => {
    const text = box.value.trim();
    if (isCode(text)) {
      event.preventDefault();
      checkIn({ code: text, typed: "on" });
      box.value = "";
      box.focus();
    } else if (directory && text && !navigator.onLine) {
      event.preventDefault(); // the server finds more (tone marks, spelling); without a line this page has the names
      find(text);
    }
  });
  for (const one of door.querySelectorAll("[data-seat-form]")) {
    one.addEventListener("submit", (event) => {
      event.preventDefault();
      checkIn({ seat: one.elements.seat.value });
    });
  }

  /* --- the camera ---------------------------------------------------------------------------------- */
  const camera = part("camera");
  const video = part("video");
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices?.getUserMedia) return;
  camera.hidden = false;
  let stream = null;
  let last = { code: "", at: 0 };

  const stop = () => {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    video.hidden = true;
    part("camera-stop").hidden = true;
    part("camera-start").hidden = false;
  };
  part("camera-stop").addEventListener("click", stop);
  window.addEventListener("pagehide", stop);

  part("camera-start").addEventListener("click", async () => {
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
    } catch {
      show({ tone: "bad", sign: "×", word: word("Camera"), detail: "" });
      return;
    }
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    video.srcObject = stream;
    video.hidden = false;
    part("camera-start").hidden = true;
    part("camera-stop").hidden = false;
    await video.play();
    const look = async () => {
      if (!stream) return;
      try {
        const [found] = await detector.detect(video);
        const now = Date.now();
        if (found && !(found.rawValue === last.code && now - last.at < SAME_CODE_MS)) {
          last = { code: found.rawValue, at: now };
          checkIn({ code: found.rawValue });
        } else if (found) {
          last.at = now; // held still before the camera: one scan
        }
      } catch {
        /* The next picture will do. */
      }
      setTimeout(look, 120);
    };
    look();
  });
})();
