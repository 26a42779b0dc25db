// Hears when somebody else changed what is shown: <p data-live="…" data-since="…">. Nothing is replaced under a hand: a region
// that holds no form and renews itself (data-renews) asks for itself, any other page says so and waits.
"use strict";
(() => {
  const AGAIN = 30000; // milliseconds until a stream that was refused is asked for once more
  const note = document.querySelector("[data-live]");
  const region = note.dataset.renews && document.querySelector(note.dataset.renews);
  let { since } = note.dataset;
  let source = null;
  let waiting = 0;

  function say() {
    const link = document.createElement("a");
    link.href = location.pathname + location.search;
    link.textContent = note.dataset.act;
    note.append(note.dataset.words, " ", link);
  }

  function changed(event) {
    since = event.lastEventId;
    if (region) {
      htmx.trigger(region, "changed");
      return;
    }
    close();
    if (!note.firstChild) say();
  }

  // A browser keeps few lines to one host: a page that is out of sight holds none, and asks what it missed when it is back.
  function open() {
    if (source || document.hidden || note.firstChild) return;
    clearTimeout(waiting);
    const address = new URL(note.dataset.live, location.href);
    address.searchParams.set("since", since);
    source = new EventSource(address);
    source.addEventListener("changed", changed);
    source.addEventListener("error", () => {
      if (source?.readyState !== EventSource.CLOSED) return; // it comes back by itself
      close();
      waiting = setTimeout(open, AGAIN);
    });
  }

  function close() {
    clearTimeout(waiting);
    source?.close();
    source = null;
  }

  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  addEventListener("pagehide", close);
  addEventListener("pageshow", open);
  open();
})();
