// What every page does beside its links and forms. Everything works without it.
"use strict";

// A form that was sent is not sent again by a second click; its key would make that harmless, but nobody need wonder.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  if (form.method === "post" && !form.hasAttribute("hx-post")) {
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, 4000);
  }
});

// Boxes that choose every row of their table: <input type="checkbox" data-all="ids">.
document.addEventListener("change", (event) => {
  const name = event.target.dataset?.all;
  if (!name) return;
  for (const box of document.querySelectorAll(`input[type=checkbox][name="${name}"]`)) box.checked = event.target.checked;
});

// On a phone the menu and the tabs are wider than the screen: where one is, is in sight.
for (const each of document.querySelectorAll(".menu [aria-current], .tabs [aria-current]")) {
  each.parentElement.scrollLeft = each.offsetLeft - (each.parentElement.clientWidth - each.offsetWidth) / 2;
}

// A select or a box that filters sends its form at once: <form data-at-once>.
document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (form && "atOnce" in form.dataset && !event.target.matches("input[type=search], input[type=text]")) form.requestSubmit();
});

// <button type="button" data-print> prints, <button type="button" data-copy="#id"> copies what stands there.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-print], [data-copy]");
  if (!button) return;
  if ("print" in button.dataset) window.print();
  else navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent.trim());
});

// Instants that count down by the server's clock: <time data-left datetime="…">. The footer says what time it is there.
const server = document.querySelector(".foot time");
const offset = server ? Date.parse(server.dateTime) - Date.now() : 0;
const units = document.documentElement.lang.startsWith("zh")
  ? { d: "天", h: "小时", m: "分", s: "秒", gap: "", over: "时间已到" }
  : { d: "d", h: "h", m: "min", s: "s", gap: " ", over: "the time has come" };
function countDown() {
  const virtual = document.body.dataset.virtual;
  if (virtual) return;
  for (const each of document.querySelectorAll("time[data-left]")) {
    const rest = Math.floor((Date.parse(each.dateTime) - Date.now() - offset) / 1000);
    if (rest <= 0) {
      each.textContent = units.over;
      continue;
    }
    const parts = [[Math.floor(rest / 86400), units.d], [Math.floor(rest / 3600) % 24, units.h], [Math.floor(rest / 60) % 60, units.m], [rest % 60, units.s]];
    const from = parts.findIndex(([n]) => n > 0);
    each.textContent = parts.slice(from, from + 3).map(([n, unit]) => `${n}${units.gap}${unit}`).join(" ");
  }
}
if (document.querySelector("time[data-left]")) {
  countDown();
  setInterval(countDown, 1000);
}
