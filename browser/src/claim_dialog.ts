/** The number match: who wants to look, and the number that stands on their screen. A modal dialog; Esc puts it off, it decides nothing. */
import { all, focusOn, hideCases, must, one, say, show, showCase } from "./page";

export interface Claim {
  id: string;
  who: string;
  organisation: string;
  asks?: string;
  digits: number;
  answer_by?: string;
}

export type Outcome = "opened" | "wrong_number" | "burnt" | "gone" | "stopped" | "refused";

export class ClaimDialog {
  private claim: Claim | null = null;
  private readonly settled = new Set<string>();
  private sending = false;

  constructor(
    private readonly root: HTMLElement,
    private readonly dialog: HTMLDialogElement,
    private readonly answered: (outcome: Outcome) => void,
  ) {
    must<HTMLFormElement>(dialog, "[data-answer]").addEventListener("submit", (event) => void this.send(event));
    dialog.addEventListener("close", () => this.closed());
    for (const button of all(root, "[data-claim-waiting]")) button.addEventListener("click", () => this.open());
  }

  /** What the server says now. Returns whether this claim is new. */
  hear(told: Claim | null, offset: number): boolean {
    const claim = told && !this.settled.has(told.id) ? told : null; // an answer on its way may still name it
    const isNew = claim !== null && claim.id !== this.claim?.id;
    this.claim = claim;
    if (!claim) this.dismiss();
    else if (isNew) {
      this.fill(claim, offset);
      this.open();
    }
    return isNew;
  }

  dismiss(): void {
    this.claim = null;
    if (this.dialog.open) this.dialog.close();
    show(all(this.root, "[data-claim-waiting]"), false);
  }

  private fill(claim: Claim, offset: number): void {
    hideCases(this.dialog);
    say(this.dialog, "[data-who]", claim.who);
    say(this.dialog, "[data-organisation]", claim.organisation);
    if (claim.asks) say(this.dialog, "[data-asks]", claim.asks);
    show(all(this.dialog, "[data-organisation-area]"), Boolean(claim.organisation));
    must<HTMLInputElement>(this.dialog, 'input[name="claim"]').value = claim.id;
    this.input.value = "";
    this.input.maxLength = claim.digits;
    const count = one(this.dialog, "[data-until]");
    if (count && claim.answer_by) Object.assign(count.dataset, { until: claim.answer_by, offset: String(offset) });
  }

  private open(): void {
    show(all(this.root, "[data-claim-waiting]"), false);
    if (!this.dialog.open) this.dialog.showModal();
    focusOn(this.input);
  }

  private closed(): void {
    show(all(this.root, "[data-claim-waiting]"), this.claim !== null);
  }

  private get input(): HTMLInputElement {
    return must<HTMLInputElement>(this.dialog, "[data-number]");
  }

  private async send(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (this.sending) return;
    this.sending = true;
    try {
      this.take(await post(event.target as HTMLFormElement, event.submitter as HTMLButtonElement | null));
    } catch {
      showCase(this.dialog, "failed");
    } finally {
      this.sending = false;
    }
  }

  private take(outcome: Outcome): void {
    if (outcome !== "wrong_number") {
      if (this.claim) this.settled.add(this.claim.id);
      this.dismiss();
      return this.answered(outcome);
    }
    showCase(this.dialog, "wrong-number");
    this.input.value = "";
    focusOn(this.input);
  }
}

async function post(form: HTMLFormElement, button: HTMLButtonElement | null): Promise<Outcome> {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, name === "number" ? value.replace(/\s/g, "") : value);
  if (button?.name) body.append(button.name, button.value);
  const response = await fetch(form.action, { method: "POST", headers: { Accept: "application/json" }, body, cache: "no-store", redirect: "manual" });
  if (!response.ok) throw new Error(String(response.status));
  return ((await response.json()) as { outcome: Outcome }).outcome;
}
