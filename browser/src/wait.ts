/** Entry of wait.js: the viewer waits until the owner answers. Contract: browser/README.md, wait.js. */
import { all, choose, focusOn, goTo, one, reload, show, takeOver } from "./page";
import { poll, secondsOf } from "./polling";

function start(root: HTMLElement): void {
  takeOver(root);
  const polling = poll({
    url: root.dataset["url"] ?? "",
    every: secondsOf(root, 2),
    answered: (answer) => {
      const { state, location: address } = answer as { state: string; location?: string | null };
      if (!address && state === "waiting") return;
      polling.stop();
      if (address) goTo(address);
      else end(root, state);
    },
    gone: () => reload() || end(root, "closed"),
    lost: (isLost) => show(all(root, "[data-lost]"), isLost),
  });
  root.addEventListener("senim:closed", () => polling.askNow());
}

function end(root: HTMLElement, state: string): void {
  show(all(root, "[data-waiting], [data-lost]"), false);
  choose(root, "data-when", state);
  const block = one(root, `[data-when="${state}"]`) ?? one(root, '[data-when="no_answer"]');
  if (!block) return;
  block.hidden = false;
  focusOn(block);
}

all(document, "[data-wait]").forEach(start);
