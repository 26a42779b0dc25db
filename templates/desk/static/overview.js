// The server's clock, ticking, and how far the visitor's own is off; what counts is the server's.
"use strict";

const clock = document.querySelector(".clock time");
const late = document.querySelector("[data-off]");
const behind = Date.parse(document.querySelector(".foot time").dateTime) - Date.now(); // server minus visitor, ms
const zh = document.documentElement.lang.startsWith("zh");
const shown = new Intl.DateTimeFormat("sv-SE", { timeZone: clock.dataset.zone, dateStyle: "short", timeStyle: "medium" });

function tick() {
  if (document.body.dataset.virtual) return;
  const now = new Date(Date.now() + behind);
  clock.dateTime = now.toISOString();
  clock.textContent = shown.format(now);
}

// Under three seconds it may be the line's own delay.
if (Math.abs(behind) > 3000 && !document.body.dataset.virtual) {
  const seconds = Math.round(Math.abs(behind) / 1000);
  const [size, long, short] = [[86400, "天", "d"], [3600, "小时", "h"], [60, "分钟", "min"], [1, "秒", "s"]].find(([n]) => seconds >= 2 * n || n === 1);
  const far = zh ? `${Math.round(seconds / size)}${long}` : `${Math.round(seconds / size)} ${short}`;
  late.textContent = zh
    ? `您的电脑时间${behind > 0 ? "慢" : "快"}了${far}，请以服务器时间为准。`
    : `Your computer is ${far} ${behind > 0 ? "slow" : "fast"}; what counts is the server's time.`;
  late.hidden = false;
}
tick();
setInterval(tick, 1000);

// What renews itself leaves open what was opened, and counts down at once.
let opened = [];
document.addEventListener("htmx:before:swap", () => {
  opened = [...document.querySelectorAll("#live details")].map((each) => each.open);
});
document.addEventListener("htmx:after:swap", () => {
  document.querySelectorAll("#live details").forEach((each, place) => (each.open = opened[place] ?? each.open));
  countDown();
});
