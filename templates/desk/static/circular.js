// The form of a circular: a placeholder is put where the cursor is, and only what narrows the chosen readers is shown.
"use strict";

const form = document.querySelector("[data-circular]");
const body = document.getElementById("body");

form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert]");
  if (!button) return;
  body.setRangeText(button.dataset.insert, body.selectionStart, body.selectionEnd, "end");
  body.focus();
});

function fit() {
  const to = form.querySelector("input[name=to]:checked")?.value;
  for (const each of form.querySelectorAll("[data-of]")) {
    const kinds = each.dataset.of.split(" ");
    each.hidden = !kinds.includes("all") && !kinds.includes(to);
  }
}
form.addEventListener("change", fit);
fit();
