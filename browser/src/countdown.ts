/** Countdowns: `[data-until]` with data-left, data-bar, data-say inside (README.md, app.js). The absolute time stays in words beside it. */
import { all, one, say, show } from "./page";
import { offsetOf } from "./clock";

const told = new WeakMap<HTMLElement, { until: string; minute: boolean; closed: boolean }>();

export function startCountdowns(): void {
  const tick = () => {
    for (const element of all(document, "[data-until]")) draw(element);
  };
  tick();
  setInterval(tick, 1000);
  document.addEventListener("visibilitychange", tick); // timers of hidden pages sleep
}

function draw(element: HTMLElement): void {
  const until = element.dataset["until"] ?? "";
  if (!until) return;
  const left = millisecondsLeft(element, until);
  const memory = memoryOf(element, until, left);
  say(element, "[data-left]", inWords(left));
  const bar = one(element, "[data-bar]");
  if (bar) bar.style.width = `${share(element, until, left)}%`;
  element.classList.toggle("senim-count--soon", left <= 60_000);
  if (left <= 60_000 && left > 0 && !memory.minute) {
    memory.minute = true;
    announce(element, "minute");
  }
  if (left <= 0 && !memory.closed) {
    memory.closed = true;
    close(element);
  }
}

function millisecondsLeft(element: HTMLElement, until: string): number {
  const given = element.dataset["offset"]; // a fresher one, heard by polling
  const offset = given === undefined ? offsetOf(element) : Number(given);
  return Math.max(0, Date.parse(until) - (Date.now() + offset));
}

/** What was announced for this end; an end that moved is announced anew. */
function memoryOf(element: HTMLElement, until: string, left: number) {
  const known = told.get(element);
  if (known?.until === until) return known;
  const fresh = { until, minute: left <= 60_000, closed: false };
  told.set(element, fresh);
  return fresh;
}

function inWords(left: number): string {
  const seconds = Math.ceil(left / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function share(element: HTMLElement, until: string, left: number): number {
  const from = Date.parse(element.dataset["from"] ?? "");
  const whole = Date.parse(until) - from;
  return whole > 0 ? Math.min(100, Math.round((left / whole) * 100)) : 100;
}

function announce(element: HTMLElement, what: "minute" | "closed"): void {
  const words = one<HTMLTemplateElement>(element, `template[data-say-${what}]`)?.content.textContent ?? "";
  say(element, "[data-say]", words.trim());
}

function close(element: HTMLElement): void {
  announce(element, "closed");
  const area = element.closest<HTMLElement>("[data-open-area]") ?? document;
  closeArea(area);
  element.dispatchEvent(new CustomEvent("senim:closed", { bubbles: true }));
}

/** What may be read only while it is open goes, what says that it closed comes. */
export function closeArea(area: ParentNode): void {
  show(all(area, "[data-while-open]"), false);
  show(all(area, "[data-when-closed]"), true);
}
