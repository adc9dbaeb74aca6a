"use strict";
// The page is complete without this; it asks for build.json and itself.

const { body, documentElement: root } = document;
const facts = body.dataset;
const language = root.lang === "en" ? "en-GB" : root.lang;

const find = (selector, within = document) => [...within.querySelectorAll(selector)];
const make = (tag, className = "") => Object.assign(document.createElement(tag), { className });
const set = (node, values) => {
  for (const name in values) node.setAttribute(name, values[name]);
};
const say = (node, text) => node.textContent === text || (node.textContent = text);
const seconds = (date) => Date.parse(date) / 1000;

// The reader's clock, put right by the server's; until that is heard, it may be wrong by `grace`.
let skew = 0;
let grace = Infinity;
const now = () => Math.max(Date.now() / 1000 + skew, facts.now);

// Made when first asked for: it takes long.
const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "short" };
const FORMS = {
  brief: clock,
  dated: { day: "numeric", month: "short", ...clock },
  date: { dateStyle: "long", timeZone: "UTC" },
};
const made = {};
const form = (name) => (made[name] ||= new Intl.DateTimeFormat(language, FORMS[name]));

function addLocal(time) {
  const first = time.dataset.at === "span" ? time.previousElementSibling : time;
  const [start, end] = [first, time].map((each) => new Date(each.dateTime));
  if (+new Date(time.dateTime.slice(0, 19)) === +end) return; // the same clock
  const day = end.getDate();
  const name = start.getDate() === day && +first.dateTime.slice(8, 10) === day ? "brief" : "dated";
  const local = make("span", "local");
  local.append(" ", make("bdi"));
  say(local.lastChild, `(${form(name).formatRange(start, end)})`);
  time.after(local);
}

function remember(value) {
  try {
    if (value) localStorage.zone = value;
    return localStorage.zone;
  } catch {} // forbidden, or full
}
root.classList.toggle("local-off", remember() === "off");

const touched = new WeakSet();
addEventListener("click", ({ target }) => {
  touched.add(target.closest("details") || target);
  if (target.id !== "zone") return;
  const off = root.classList.toggle("local-off");
  set(target, { "aria-pressed": !off });
  remember(off ? "off" : "on");
});

const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60]];

function ago(age) {
  const [unit, size] = UNITS.find(([, size]) => age >= size) || UNITS[2];
  return (made.age ||= new Intl.RelativeTimeFormat(language)).format(-Math.floor(age / size), unit);
}

function lasting(age) {
  const parts = UNITS.map(([, size], place) => {
    const number = Math.floor(age / size);
    age %= size;
    return number && facts.units.split("|")[place].replace("#", number);
  });
  return parts.slice(0, parts[0] ? 2 : 3).filter(Boolean).join(" ");
}

function flip(node) {
  const [, word, label] = JSON.parse(node.dataset.flip).filter(([at]) => at <= now()).pop();
  const text = find("span", node).pop();
  const doc = node.ownerDocument;
  if (text.textContent === label) return;
  if (node.matches(".headline")) {
    doc.title = doc.title.replace(text.textContent, label);
    for (const news of find("#news", doc)) news.textContent = label;
    if (node.dataset[word]) set(doc.querySelector("link[rel=icon]"), { href: node.dataset[word] });
  }
  text.textContent = label;
  node.className = `${node.classList[0]} ${word}`;
  for (const svg of find("svg", node)) {
    set(svg, { class: `shape ${word}` });
    set(svg.firstChild, { href: `#s-${word}` });
  }
}

function tick(doc) {
  for (const node of find("[data-age]", doc)) say(node, ago(now() - node.dataset.age));
  for (const node of find("[data-since]", doc)) say(node, lasting(Math.max(60, now() - node.dataset.since)));
  if (grace < Infinity) find("[data-flip]", doc).forEach(flip);
}

// A strip of bars is a slider over its days.
const cursor = make("div", "cursor");
const reading = make("p", "reading");
let shown;

function describe(strip, number) {
  const day = new Date(Date.parse(strip.dataset.from) + number * 864e5);
  const parts = [
    ...find(`.legend [data-code=${strip.dataset.days[number]}] span`, strip.ownerDocument),
    ...find(`[data-day="${day.toJSON().slice(0, 10)}"] td:nth-child(n + 3)`, strip.parentNode),
  ];
  return [form("date").format(day), ...parts.map((part) => part.textContent)].filter((text) => text !== "–").join(" · ");
}

function makeSlider(strip) {
  const svg = strip.firstElementChild;
  const last = strip.dataset.days.length - 1;
  set(strip, { role: "slider", tabindex: 0, "aria-label": svg.getAttribute("aria-label") });
  set(strip, { "aria-valuemax": last, "aria-valuenow": last, "aria-valuetext": describe(strip, last) });
  set(svg, { "aria-hidden": true });
}

const dayOf = (strip) => +strip.getAttribute("aria-valuenow");

function show(strip, number, x) {
  const last = strip.dataset.days.length - 1;
  const { right, width } = strip.firstElementChild.getBoundingClientRect();
  const size = width / (last + 1);
  const first = last + 1 - Math.round(strip.clientWidth / size);
  if (x) number = last - Math.floor((right - x) / size);
  number = Math.min(last, Math.max(first, number));
  say(reading, describe(strip, number));
  set(strip, { "aria-valuemin": first, "aria-valuenow": number, "aria-valuetext": reading.textContent });
  cursor.style.right = `calc(${last - number} * var(--p))`;
  strip.append(cursor);
  const below = find(".caption, .trouble", strip.parentNode).pop() || strip;
  (below.open ? below.firstElementChild : below).after(reading);
  shown = strip;
}

function hide() {
  cursor.remove();
  reading.remove();
  shown = null;
}

const point = ({ target, clientX }) => {
  const strip = target.closest(".strip");
  if (strip) show(strip, 0, clientX);
  // One may go to what is said of it.
  else if (shown && shown !== document.activeElement && !shown.parentNode.contains(target)) hide();
};
addEventListener("pointerdown", point);
addEventListener("pointermove", point);
addEventListener("focusin", ({ target }) => target.matches(".strip") && show(target, dayOf(target)));
addEventListener("focusout", hide);

const STEPS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, Home: -Infinity, End: Infinity };
addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (key === "Escape") hide();
  if (!STEPS[key] || !target.matches(".strip") || event.altKey || event.metaKey) return;
  event.preventDefault();
  show(target, dayOf(target) + STEPS[key]);
});

function dress(doc) {
  find("time[data-at]", doc).forEach(addLocal);
  find(".strip", doc).forEach(makeSlider);
  for (const button of find("#zone", doc)) {
    button.hidden = !find(".local", doc).length;
    set(button, { "aria-pressed": !root.classList.contains("local-off") });
  }
  tick(doc);
}

// Bring a node in line with a newer one.
const KEYS = ["id", "aria-labelledby", "href"];
const keyOf = (node) => node.attributes && KEYS.map((name) => node.getAttribute(name)).find(Boolean);

function morph(node, next) {
  if (!node.attributes) return node.data === next.data || (node.data = next.data);
  if (node.open || touched.has(node)) next.open = node.open;
  for (const { name } of [...node.attributes]) if (!next.hasAttribute(name)) node.removeAttribute(name);
  for (const { name, value } of next.attributes) if (node.getAttribute(name) !== value) node.setAttribute(name, value);
  let child = node.firstChild;
  const drop = () => {
    const gone = child;
    child = child.nextSibling;
    gone.remove();
  };
  for (const wanted of [...next.childNodes]) {
    const key = keyOf(wanted);
    let found = child;
    while (found && (found.nodeName !== wanted.nodeName || keyOf(found) !== key)) found = key && found.nextSibling;
    if (found) {
      while (child !== found) drop();
      child = found.nextSibling;
      morph(found, wanted);
    } else node.insertBefore(wanted, child);
  }
  while (child) drop();
}

const told = (doc) => find("main > :not(.asof)", doc).map((node) => node.textContent).join();

function renew(content) {
  const request = new XMLHttpRequest();
  request.open("GET", location);
  request.responseType = "document"; // Trusted Types allow this
  request.setRequestHeader("Cache-Control", "no-cache");
  request.onload = () => {
    const next = request.response;
    const last = next && next.getElementById("news");
    // Half a page, or of another build.
    if (!last || next.body.dataset.content !== content) return;
    const strip = shown;
    const day = strip && dayOf(strip);
    hide();
    const held = document.activeElement;
    const seen = document.elementFromPoint(innerWidth / 2, innerHeight / 2);
    const { top } = seen.getBoundingClientRect();
    tick(document);
    dress(next);
    if (content !== facts.content && told(next) !== told(document)) {
      say(last, `${last.dataset.said} ${next.querySelector("h1").textContent}`);
    }
    for (const part of ["title", "link[rel=icon]", "body"]) {
      morph(document.querySelector(part), next.querySelector(part));
    }
    if (!held.isConnected) find("main a").find((link) => link.href === held.href)?.focus({ preventScroll: true });
    if (scrollY && seen.isConnected) scrollBy(0, seen.getBoundingClientRect().top - top);
    if (strip?.isConnected) show(strip, day);
    live();
  };
  request.send();
}

let due = 0;
let pause = 60;

async function ask() {
  due = Infinity;
  try {
    if (!facts.build || !location.host) throw Error();
    const answer = await fetch(facts.build, { cache: "no-store" });
    const off = seconds(answer.headers.get("date")) + +answer.headers.get("age") - Date.now() / 1000;
    if (!isNaN(off)) [skew, grace] = [Math.abs(off) > 10 ? off : 0, 0];
    const note = await answer.json();
    const same = note.content === facts.content;
    if (same && note.fresh_for) facts.stale = seconds(note.data_until) + note.fresh_for;
    if (!same || seconds(note.generated_at) - facts.now > 600) renew(note.content);
    pause = 60;
  } catch {
    pause = Math.min(2 * pause, 960);
  }
  grace = Math.min(grace, facts.fresh || 0);
  due = Date.now() + pause * (750 + 500 * Math.random());
}

function live() {
  tick(document);
  if (Date.now() > due && !document.hidden) ask();
  else if (due < Infinity) for (const banner of find("#stale")) banner.hidden = !(now() > +facts.stale + grace);
}

addEventListener("visibilitychange", () => (due = 0));
dress(document);
live();
setInterval(live, 1000);
