/** Every page: focus the error summary, guard double submits, countdowns, polling, small buttons, service worker (README.md, app.js). */
import { startCountdowns } from "./countdown";
import { startLock } from "./lock";
import { all, focusOn, goTo, one, reload, show } from "./page";
import { poll, secondsOf } from "./polling";

function focusErrorSummary(): void {
  const summary = all(document, ".govuk-error-summary").find((element) => !element.closest("[hidden]"));
  if (summary) focusOn(summary);
}

/** The link of an error leads into the field, with its label in view. */
function followErrorLinks(event: MouseEvent): void {
  const link = (event.target as Element).closest?.<HTMLAnchorElement>(".govuk-error-summary a[href^='#']");
  const field = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (!field) return;
  event.preventDefault();
  (labelOf(field) ?? field).scrollIntoView();
  field.focus({ preventScroll: true });
}

function labelOf(field: HTMLElement): Element | null {
  return field.closest("fieldset")?.querySelector("legend") ?? document.querySelector(`label[for="${CSS.escape(field.id)}"]`);
}

/** A second press of the same button must not do a thing twice; the button's own value still goes with the first. */
function guardSubmit(event: SubmitEvent): void {
  const form = event.target as HTMLFormElement;
  if (event.defaultPrevented || form.dataset["many"] !== undefined || form.method === "dialog") return;
  if (form.dataset["sending"] !== undefined) return event.preventDefault();
  form.dataset["sending"] = "";
  setTimeout(() => setSending(form, true));
}

function setSending(form: HTMLFormElement, sending: boolean): void {
  for (const button of form.querySelectorAll<HTMLButtonElement>("button:not([type=button]), input[type=submit]")) {
    if (sending && button.disabled) continue; // disabled for another reason
    if (!sending && button.dataset["guarded"] === undefined) continue;
    button.disabled = sending;
    button.toggleAttribute("data-guarded", sending);
    if (sending) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
  }
}

function releaseForms(): void {
  for (const form of all<HTMLFormElement>(document, "form[data-sending]")) {
    delete form.dataset["sending"];
    setSending(form, false);
  }
}

function startPolling(element: HTMLElement): void {
  poll({
    url: element.dataset["poll"] ?? "",
    every: secondsOf(element, 3),
    answered: (answer) => {
      const { state, location: address } = answer as { state?: string; location?: string };
      if (address) goTo(address);
      else if (state !== element.dataset["state"]) location.reload();
    },
    gone: () => reload() || show(all(element, "[data-poll-lost]"), true),
    lost: (isLost) => show(all(element, "[data-poll-lost]"), isLost),
  });
}

function showPasswordButton(button: HTMLButtonElement): void {
  const input = document.getElementById(button.dataset["showPassword"] ?? "") as HTMLInputElement | null;
  if (!input) return;
  const draw = () => {
    const hidden = input.type === "password";
    button.textContent = (hidden ? button.dataset["show"] : button.dataset["hide"]) ?? "";
    const label = hidden ? button.dataset["showLabel"] : button.dataset["hideLabel"];
    if (label) button.setAttribute("aria-label", label);
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    input.type = input.type === "password" ? "text" : "password";
    draw();
  });
  input.form?.addEventListener("submit", () => (input.type = "password")); // never offered as a remembered word
  draw();
}

function copyButton(button: HTMLButtonElement): void {
  if (!navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset["copy"] ?? "");
    const place = button.parentElement && one(button.parentElement, "[data-copied]");
    const words = place && one<HTMLTemplateElement>(place, "template");
    if (!place || !words) return;
    place.append(words.content.textContent ?? "");
    setTimeout(() => place.replaceChildren(words), 4000);
  });
}

function printButton(button: HTMLButtonElement): void {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

function registerWorker(): void {
  const address = document.body.dataset["worker"];
  if (!address || !("serviceWorker" in navigator)) return;
  navigator.serviceWorker.register(address, { scope: "/" }).catch(() => undefined); // private windows may refuse; pages work without
}

document.addEventListener("click", followErrorLinks);
document.addEventListener("submit", guardSubmit);
window.addEventListener("pageshow", releaseForms);
all<HTMLButtonElement>(document, "[data-show-password]").forEach(showPasswordButton);
all<HTMLButtonElement>(document, "[data-copy]").forEach(copyButton);
all<HTMLButtonElement>(document, "[data-print]").forEach(printButton);
all(document, "[data-poll]").forEach(startPolling);
startCountdowns();
startLock();
focusErrorSummary();
registerWorker();
