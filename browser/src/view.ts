/** Entry of view.js: a document looked at for a few minutes, then wiped from the page. Contract: browser/README.md, view.js. */
import { all, choose, focusOn, one, show, takeOver } from "./page";
import { poll, secondsOf, type Polling } from "./polling";

function start(root: HTMLElement): void {
  takeOver(root);
  let polling: Polling | null = null;
  const end = (state: string) => {
    polling?.stop();
    wipe(root, state);
  };
  root.addEventListener("senim:closed", () => end("closed"));
  polling = poll({
    url: root.dataset["url"] ?? "",
    every: secondsOf(root, 3),
    answered: (answer) => {
      const { state } = answer as { state: string };
      if (state !== "open") end(state);
    },
    gone: () => end("closed"),
    lost: (isLost) => show(all(root, "[data-lost]"), isLost),
  });
  window.addEventListener("pageshow", () => polling?.askNow()); // come back from the browser's memory: is it still open?
}

function wipe(root: HTMLElement, state: string): void {
  for (const personal of all(root, "[data-document]")) personal.remove();
  if (root.dataset["closedTitle"]) document.title = root.dataset["closedTitle"];
  show(all(root, "[data-while-open], [data-lost]"), false);
  choose(root, "data-when", state);
  const block = one(root, `[data-when="${state}"]`) ?? one(root, '[data-when="closed"]');
  if (!block) return;
  block.hidden = false;
  focusOn(block);
}

all(document, "[data-view-open]").forEach(start);
