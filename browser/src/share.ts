/**
 * Entry of share.js: the owner's open access. Asks for the fresh QR, code, claims and views while the page is looked at
 * (that asking is the heartbeat), and lets the owner answer a claim. Contract: browser/README.md, share.js.
 */
import { ClaimDialog, type Claim, type Outcome } from "./claim_dialog";
import { offsetNow } from "./clock";
import { closeArea } from "./countdown";
import { all, choose, one, reload, say, show, showCase, takeOver } from "./page";
import { poll, secondsOf, type Polling } from "./polling";
import { drawing } from "./svg";

interface View {
  id: string;
  who: string;
  organisation: string;
  opened_at: string;
  opened: string;
  state: string;
  stop_url: string | null;
}

interface Answer {
  state: "open" | "closed";
  now: string;
  closes_at: string;
  qr_svg: string | null;
  code: string | null;
  claim: Claim | null;
  views: View[];
}

/** A QR older than this was replaced on the server: better none than one that fails in front of the other person. */
const QR_IS_STALE_AFTER = 20_000;

class Share {
  private readonly polling: Polling;
  private readonly dialog: ClaimDialog | null;
  private readonly rows = new Map<string, HTMLElement>();
  private drawn = "";
  private code = "";
  private stale = 0;
  private knownViews: Set<string> | null = null;

  constructor(private readonly root: HTMLElement) {
    takeOver(root);
    const dialog = one<HTMLDialogElement>(root, "dialog[data-claim]");
    this.dialog = dialog && new ClaimDialog(root, dialog, (outcome) => this.answered(outcome));
    this.polling = poll({
      url: root.dataset["url"] ?? "",
      every: secondsOf(root, 2),
      csrfToken: root.dataset["method"] === "post" ? one<HTMLInputElement>(root, 'input[name="csrfmiddlewaretoken"]')?.value : undefined,
      answered: (answer) => this.draw(answer as Answer),
      gone: () => reload() || this.close(),
      lost: (isLost) => show(all(root, "[data-lost]"), isLost),
    });
    root.addEventListener("senim:closed", (event) => event.target === one(root, "[data-until]") && this.polling.askNow());
  }

  private draw(answer: Answer): void {
    this.drawViews(answer.views);
    if (answer.state === "closed") return this.close();
    const offset = offsetNow(answer.now);
    const count = one(this.root, "[data-until]");
    if (count) Object.assign(count.dataset, { until: answer.closes_at, offset: String(offset) });
    this.drawQr(answer.qr_svg);
    this.drawCode(answer.code);
    if (this.dialog?.hear(answer.claim, offset)) this.announce("claim", answer.claim?.who ?? "");
  }

  private drawQr(source: string | null): void {
    clearTimeout(this.stale);
    this.stale = window.setTimeout(() => this.replaceQr(""), QR_IS_STALE_AFTER);
    if (source !== null && source !== this.drawn) this.replaceQr(source);
  }

  private replaceQr(source: string): void {
    this.drawn = source;
    const made = source ? drawing(source) : null;
    one(this.root, "[data-qr]")?.replaceChildren(...(made ? [made] : []));
  }

  /** Seen as 482 913; heard digit by digit. */
  private drawCode(code: string | null): void {
    show(all(this.root, "[data-code-area]"), code !== null);
    const place = one(this.root, "[data-code]");
    if (code === null || !place || this.code === code) return;
    this.code = code;
    const half = Math.ceil(code.length / 2);
    place.replaceChildren(code.slice(0, half), document.createElement("i"), code.slice(half));
    say(this.root, "[data-code-spoken]", [...code].join(" "));
  }

  private drawViews(views: View[]): void {
    const list = one(this.root, "[data-views]");
    const template = one<HTMLTemplateElement>(this.root, "template[data-view]");
    show(all(this.root, "[data-no-views]"), views.length === 0);
    if (!list || !template) return;
    const rows = views.map((view) => this.row(view, template));
    if (rows.some((row, index) => list.children[index] !== row) || list.children.length !== rows.length) list.replaceChildren(...rows);
    const fresh = views.find((view) => this.knownViews && !this.knownViews.has(view.id));
    if (fresh) this.announce("view", fresh.who);
    this.knownViews = new Set(views.map((view) => view.id));
  }

  /** The row of a view stays the same element, or a focused "stop" button would lose its focus every two seconds. */
  private row(view: View, template: HTMLTemplateElement): HTMLElement {
    const known = this.rows.get(view.id);
    const row = known ?? ((template.content.cloneNode(true) as DocumentFragment).firstElementChild as HTMLElement);
    this.rows.set(view.id, row);
    say(row, "[data-who]", view.who);
    say(row, "[data-organisation]", view.organisation);
    say(row, "[data-opened]", view.opened);
    for (const time of all<HTMLTimeElement>(row, "time[data-opened]")) time.dateTime = view.opened_at;
    choose(row, "data-view-state", view.state);
    const stop = one<HTMLFormElement>(row, "form[data-stop]");
    if (stop) stop.hidden = !view.stop_url;
    if (stop && view.stop_url) stop.action = view.stop_url;
    return row;
  }

  private announce(what: "claim" | "view", who: string): void {
    const template = one<HTMLTemplateElement>(this.root, `template[data-say-${what}]`);
    if (!template) return;
    const words = template.content.cloneNode(true) as DocumentFragment;
    say(words, "[data-who]", who);
    const place = all(this.root, "[data-say]").find((element) => !element.closest("[data-until]"));
    if (place) place.textContent = (words.textContent ?? "").trim();
  }

  private answered(outcome: Outcome): void {
    if (one(this.root, `[data-case="${outcome}"]`)) showCase(this.root, outcome);
    else if (outcome === "burnt") reload(); // the server's page says why it is over
    this.polling.askNow();
  }

  private close(): void {
    this.polling?.stop();
    clearTimeout(this.stale);
    this.replaceQr("");
    this.dialog?.dismiss();
    say(this.root, "[data-code]", "");
    say(this.root, "[data-code-spoken]", "");
    closeArea(this.root);
  }
}

all(document, "[data-share]").forEach((root) => new Share(root));
