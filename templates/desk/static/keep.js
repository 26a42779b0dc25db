// What is typed into a <form data-keep> is kept in this tab until it is stored: a session that ended, a lid that was closed or
// a page left by mistake loses nothing. Without it the form works just the same.
"use strict";
(() => {
  const SENT = "kept-sent";
  const form = document.querySelector("form[data-keep]");
  const fields = form ? [...form.elements].filter((each) => each.name && each.type !== "hidden" && each.tagName !== "BUTTON") : [];
  const key = form && `kept:${form.action}:${form.elements.track?.value ?? ""}`;
  const now = () => JSON.stringify(fields.map((each) => (each.type === "checkbox" ? each.checked : each.value)));

  function fill(values) {
    fields.forEach((each, place) => {
      if (each.type === "checkbox") each.checked = values[place] === true;
      else each.value = values[place] ?? "";
    });
  }

  // What was sent a moment ago was stored if the next page says so, and is on this page if it was refused.
  const sent = sessionStorage.getItem(SENT);
  const refused = document.querySelector("[role=alert]") !== null;
  if (sent && document.querySelector(".said")) sessionStorage.removeItem(sent);
  sessionStorage.removeItem(SENT);
  if (!form) return;

  const served = now();
  const kept = sessionStorage.getItem(key);
  const note = document.querySelector("[data-kept]");
  if (kept && kept !== served && !refused) {
    fill(JSON.parse(kept));
    note.hidden = false;
  }
  note.querySelector("button").addEventListener("click", () => {
    fill(JSON.parse(served));
    sessionStorage.removeItem(key);
    note.hidden = true;
    fields[0].focus();
  });
  form.addEventListener("input", () => sessionStorage.setItem(key, now()));
  form.addEventListener("submit", () => sessionStorage.setItem(SENT, key));
})();
