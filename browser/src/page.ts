/** The words stand in the page; a script only chooses which of them a person reads (README.md, conventions). */

const titleAtFirst = document.title;

export function all<E extends HTMLElement>(root: ParentNode, selector: string): E[] {
  return [...root.querySelectorAll<E>(selector)];
}

export function one<E extends HTMLElement>(root: ParentNode, selector: string): E | null {
  return root.querySelector<E>(selector);
}

/** An element without which the script cannot work: a template that lacks it is a defect of ours. */
export function must<E extends HTMLElement>(root: ParentNode, selector: string): E {
  const found = root.querySelector<E>(selector);
  if (!found) throw new Error(`the page lacks ${selector}`);
  return found;
}

export function show(elements: Iterable<HTMLElement>, visible: boolean): void {
  for (const element of elements) element.hidden = !visible;
}

export function say(root: ParentNode, selector: string, text: string): void {
  for (const element of all(root, selector)) if (element.textContent !== text) element.textContent = text;
}

export function takeOver(root: ParentNode): void {
  show(all(root, "[data-without-script]"), false);
  show(all(root, "[data-with-script]"), true);
}

export function focusOn(element: HTMLElement): void {
  if (element.tabIndex < 0) element.tabIndex = -1;
  element.focus();
}

/** Show the first of these cases that the page has, and let it be read. */
export function showCase(root: ParentNode, ...names: string[]): void {
  hideCases(root);
  const shown = [...names, "failed"].map((name) => one(root, `[data-case="${name}"]`)).find(Boolean);
  if (!shown) return;
  shown.hidden = false;
  const prefix = document.body.dataset["errorPrefix"] ?? "";
  document.title = titleAtFirst.startsWith(prefix) ? titleAtFirst : prefix + titleAtFirst;
  focusOn(shown);
}

export function hideCases(root: ParentNode): void {
  show(all(root, "[data-case]"), false);
  document.title = titleAtFirst;
}

/** One step at a time; its heading takes focus so that a screen reader follows. */
export function showStep(root: ParentNode, name: string, focus = true): void {
  for (const step of all(root, "[data-step]")) step.hidden = step.dataset["step"] !== name;
  const step = must(root, `[data-step="${name}"]`);
  if (focus) focusOn(one(step, "h1, h2, h3") ?? step);
}

/** Show the children marked `attribute="value"` and hide the others: data-when, data-view-state, … */
export function choose(root: ParentNode, attribute: string, value: string): void {
  for (const element of all(root, `[${attribute}]`)) element.hidden = element.getAttribute(attribute) !== value;
}

/** Go there if it is ours: an address from an answer never leads to another host. */
export function goTo(address: string): void {
  const url = new URL(address, location.href);
  if (url.origin === location.origin) location.replace(url);
}

/** Draw the page again, but never in circles: a page whose data is refused for good would reload for ever. */
export function reload(): boolean {
  const key = `reloaded ${location.pathname}`;
  const last = Number(sessionStorage.getItem(key));
  if (Date.now() - last < 20_000) return false;
  sessionStorage.setItem(key, String(Date.now()));
  location.reload();
  return true;
}
