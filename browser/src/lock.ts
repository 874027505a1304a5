/**
 * A desk nobody touches locks itself: what was typed stays in this tab, for the same person and the same page, and the
 * server asks for that person's key again (README.md, app.js).
 */
import { all, one } from "./page";

const LOOK_EVERY = 1000; // a laptop that slept notices on waking
const DRAFT = "desk-draft ";
const KEPT_FOR = 12 * 60 * 60 * 1000;
type Draft = { by: string; at: number; typed: [string, string][] };

export function startLock(): void {
  const lock = one<HTMLFormElement>(document, "form[data-lock-after]");
  if (!lock) return;
  const after = Number(lock.dataset["lockAfter"]) * 1000;
  putBack(lock);
  let touched = Date.now();
  for (const kind of ["keydown", "pointerdown", "pointermove", "wheel", "input"]) addEventListener(kind, () => (touched = Date.now()), { passive: true });
  const watch = setInterval(() => {
    if (Date.now() - touched < after) return;
    clearInterval(watch);
    keep(lock);
    lock.submit();
  }, LOOK_EVERY);
}

const fields = () => all<HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement>(document, "main form:not([data-sign]) :is(input, textarea, select)[name]").filter((field) => !["hidden", "password", "file"].includes(field.type));
const chosen = (field: Element) => !(field instanceof HTMLInputElement) || !["checkbox", "radio"].includes(field.type) || field.checked;

function keep(lock: HTMLFormElement): void {
  const typed = fields().filter(chosen).filter((field) => field.value).map((field): [string, string] => [field.name, field.value]);
  const draft: Draft = { by: lock.dataset["operator"] ?? "", at: Date.now(), typed };
  sessionStorage.setItem(DRAFT + location.pathname, JSON.stringify(draft));
}

/** Once, and for nobody else. */
function putBack(lock: HTMLFormElement): void {
  const kept = sessionStorage.getItem(DRAFT + location.pathname);
  sessionStorage.removeItem(DRAFT + location.pathname);
  const draft = kept ? (JSON.parse(kept) as Draft) : undefined;
  if (!draft || draft.by !== lock.dataset["operator"] || Date.now() - draft.at > KEPT_FOR) return;
  for (const field of fields()) {
    const values = draft.typed.filter(([name]) => name === field.name).map(([, value]) => value);
    if (field instanceof HTMLInputElement && ["checkbox", "radio"].includes(field.type)) field.checked = values.includes(field.value);
    else if (values[0] !== undefined) field.value = values[0];
  }
}
