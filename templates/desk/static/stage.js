// What moves on the stage. The server draws everything and says where each part is now; this moves the parts there.
const stage = document.getElementById("stage");
const SVG = "http://www.w3.org/2000/svg";
const EVERY = 350; // milliseconds from an answer to the next question
const RARELY = 1200; // when time stands still
const BESIDE = 2000;
const LINES = 60;
const DOTS = 140; // at the same time
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const chinese = document.documentElement.lang.startsWith("zh");
const WEEK = chinese ? ["周日", "周一", "周二", "周三", "周四", "周五", "周六"] : ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const WORDS = chinese
  ? { playing: "下一节点", paused: "已暂停 · 下一节点", jumping: "快进中 · 下一节点", none: "再无节点" }
  : { playing: "Next", paused: "Paused · next", jumping: "Fast forward · next", none: "nothing more" };
const byId = (id) => document.getElementById(id);

let number = Number(stage.dataset.number);
let offset = Number(stage.dataset.offset);
let state = stage.dataset.state;
let shown = Number(stage.dataset.at);
let from = shown, to = shown, since = performance.now(), span = EVERY;
let tweens = [];
let asking = 0;

// --- the clock ---

function tellTime(at, rate) {
  const local = new Date(at + offset * 60000);
  const two = (n) => String(n).padStart(2, "0");
  const [year, month, day] = [local.getUTCFullYear(), local.getUTCMonth() + 1, local.getUTCDate()];
  byId("clock-day").textContent = chinese ? `${year}年${month}月${day}日` : `${year}-${two(month)}-${two(day)}`;
  byId("clock-week").textContent = WEEK[local.getUTCDay()];
  const clock = `${two(local.getUTCHours())}:${two(local.getUTCMinutes())}`;
  // Seconds that fly by tell nobody anything.
  byId("clock-time").textContent = rate > 600 ? clock : `${clock}:${two(local.getUTCSeconds())}`;
}

// --- moving parts: every number in an attribute goes from where it is to where it should be ---

const NUMBER = /-?\d+(?:\.\d+)?/g;

function move(id, wanted) {
  const part = byId(id);
  if (!part) return;
  for (const [name, value] of Object.entries(wanted)) {
    const text = String(value);
    if (name === "text") {
      if (part.textContent !== text) part.textContent = text;
      continue;
    }
    const before = part.getAttribute(name) ?? text;
    if (before === text) continue;
    const starts = before.match(NUMBER) ?? [], ends = text.match(NUMBER) ?? [];
    if (calm.matches || starts.length !== ends.length) part.setAttribute(name, text);
    else tweens.push({ part, name, text, starts: starts.map(Number), ends: ends.map(Number) });
  }
}

function frame(now) {
  const share = Math.min(1, Math.max(0, (now - since) / span));
  shown = from + (to - from) * share;
  if (to !== from || share === 1) tellTime(shown, (to - from) / span);
  for (const { part, name, text, starts, ends } of tweens) {
    let place = 0;
    part.setAttribute(name, share === 1 ? text : text.replace(NUMBER, () => {
      const n = starts[place] + (ends[place] - starts[place]) * share;
      place += 1;
      return n.toFixed(1);
    }));
  }
  if (share === 1) tweens = [];
  flow(now);
  requestAnimationFrame(frame);
}

// --- dots: nominations on their way from one step to the next ---

const columns = [...document.querySelectorAll(".river .column")].map((group) => ({
  key: group.dataset.key, x: Number(group.dataset.x), width: Number(group.dataset.width),
  pieces: [...group.querySelectorAll("rect")].map((rect) => rect.id),
}));
const layer = byId("dots");
let dots = [];

function send(moving) {
  if (calm.matches || document.hidden) return;
  columns.forEach((column, place) => {
    column.pieces.forEach((id, tone) => {
      const wanted = moving[id], rect = byId(id);
      const grown = wanted ? wanted.height - Number(rect.getAttribute("height")) : 0;
      if (grown <= 0.05) return;
      const many = Math.min(14, Math.ceil(Math.sqrt(grown * 9)));
      const source = columns[place - 1];
      for (let n = 0; n < many && dots.length < DOTS; n += 1) {
        const origin = source ? byId(source.pieces[tone]) : null;
        const start = origin ? [source.x + source.width, middle(origin)] : [column.x - 70, 242 - Math.random() * 60];
        launch(start, [column.x, wanted.y + Math.random() * Math.min(wanted.height, 40)], tone % 8);
      }
    });
  });
}

function middle(rect) {
  return Number(rect.getAttribute("y")) + Number(rect.getAttribute("height")) * Math.random();
}

function launch(start, end, tone) {
  const dot = document.createElementNS(SVG, "circle");
  dot.setAttribute("class", `dot tone-${tone}`);
  dot.setAttribute("r", (2 + Math.random() * 1.6).toFixed(1));
  layer.append(dot);
  dots.push({ dot, start, end, lift: 12 + Math.random() * 34, since: performance.now() + Math.random() * span, takes: 620 + Math.random() * 420 });
}

function flow(now) {
  dots = dots.filter(({ dot, start, end, lift, since: began, takes }) => {
    const t = (now - began) / takes;
    if (t >= 1) {
      dot.remove();
      return false;
    }
    const eased = t <= 0 ? 0 : t * t * (3 - 2 * t);
    dot.setAttribute("visibility", t <= 0 ? "hidden" : "visible");
    dot.setAttribute("cx", (start[0] + (end[0] - start[0]) * eased).toFixed(1));
    dot.setAttribute("cy", (start[1] + (end[1] - start[1]) * eased - Math.sin(Math.PI * eased) * lift).toFixed(1));
    return true;
  });
}

// --- the ticker ---

const ticker = byId("ticker");

function tell(lines) {
  for (const line of lines) {
    const item = document.createElement("li"), when = document.createElement("time"), what = document.createElement("span");
    item.className = `${line.tone} new`;
    when.textContent = line.when;
    if (line.page) {
      const link = document.createElement("a");
      link.href = line.page;
      link.textContent = line.text;
      what.append(link);
    } else what.textContent = line.text;
    item.append(when, what);
    ticker.prepend(item);
  }
  while (ticker.children.length > LINES) ticker.lastElementChild.remove();
}

// --- asking ---

async function ask() {
  clearTimeout(asking);
  const known = number;
  if (!document.hidden) {
    try {
      const answer = await fetch(`${stage.dataset.now}?since=${number}`, { headers: { accept: "application/json" } });
      const told = answer.ok ? await answer.json() : null;
      if (told && known === number) take(told); // else another answer was faster
    } catch {
      // stopped or starting again: ask later
    }
  }
  clearTimeout(asking);
  asking = setTimeout(ask, state === "playing" || state === "jumping" ? EVERY : RARELY);
}

function take(told) {
  if (told.number < number || (told.state === "ended" && state !== "ended")) {
    location.reload(); // begun again elsewhere, or over: another page
    return;
  }
  const now = performance.now();
  span = Math.min(Math.max(now - since, EVERY), 900);
  [from, to, since, offset] = [shown, told.now, now, told.offset];
  for (const { part, name, text } of tweens) part.setAttribute(name, text);
  tweens = [];
  send(told.moving);
  for (const [id, wanted] of Object.entries(told.moving)) move(id, wanted);
  tell(told.lines);
  number = told.number;
  turned(told);
}

function turned(told) {
  state = stage.dataset.state = told.state;
  const running = state === "playing" || state === "jumping", play = byId("play");
  play.value = running ? "pause" : "play";
  byId("play-word").textContent = running ? play.dataset.pause : play.dataset.play;
  for (const button of document.querySelectorAll(".speeds button")) button.setAttribute("aria-pressed", String(button.value === told.speed));
  byId("rush-button").hidden = !told.rush;
  const word = byId("state-word");
  if (!word || !WORDS[state]) return;
  word.textContent = WORDS[state];
  byId("ahead-what").textContent = told.ahead?.what ?? WORDS.none;
  byId("ahead-when").textContent = told.ahead?.when ?? "";
  byId("ahead-left").textContent = told.ahead?.left ?? "";
}

async function lookBeside() {
  const beside = byId("beside");
  const reading = beside.matches(":hover") || beside.contains(document.activeElement);
  if (!document.hidden && !reading && state !== "ended") {
    try {
      const answer = await fetch(stage.dataset.beside);
      if (answer.ok) beside.innerHTML = await answer.text();
    } catch {
      // as above
    }
  }
  setTimeout(lookBeside, BESIDE);
}

// --- the transport: without this script its buttons send the page; with it the page stays ---

async function turn(form, button) {
  const asked = new URLSearchParams(new FormData(form));
  asked.set("do", button.value);
  const answer = await fetch(form.action, { method: "POST", body: asked, headers: { "hx-request": "true" }, redirect: "manual" });
  byId("refused").innerHTML = answer.type === "opaqueredirect" || answer.ok ? "" : await answer.text();
  ask();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.id !== "transport" && !("turn" in form.dataset)) return;
  event.preventDefault();
  delete form.dataset.sent;
  turn(form, event.submitter);
}, true);

document.addEventListener("keydown", (event) => {
  const inside = event.target.closest("input, select, textarea, a, summary, [contenteditable]");
  if (inside || event.ctrlKey || event.metaKey || event.altKey) return;
  const onButton = event.target.closest("button");
  const speeds = document.querySelectorAll(".speeds button");
  const button = {
    " ": onButton ? null : byId("play"), ArrowRight: document.querySelector(".jumps [value=next]"),
    End: document.querySelector(".jumps [value=end]"),
    1: speeds[0], 2: speeds[1], 3: speeds[2], 4: speeds[3], 5: speeds[4],
  }[event.key];
  if (!button || button.disabled) return;
  event.preventDefault();
  turn(byId("transport"), button);
});

requestAnimationFrame(frame);
ask();
setTimeout(lookBeside, BESIDE);
