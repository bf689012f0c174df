// A page that waits for something looks again by itself: its link carries data-again="seconds".
"use strict";
for (const link of document.querySelectorAll("a[data-again]")) {
  setTimeout(() => {
    if (document.visibilityState === "visible") location.reload();
    else document.addEventListener("visibilitychange", () => location.reload(), { once: true });
  }, 1000 * Number(link.dataset.again));
}
