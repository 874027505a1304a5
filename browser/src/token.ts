/**
 * Entry of token.js: keys made on a token and certificates written onto it, through senim-token. Contract: browser/README.md,
 * token.js. The PIN is typed into the program's window; no page has a field for it.
 */
import { fill, filled } from "./key_file";
import { all, hideCases, must, one, say, show, showCase, takeOver } from "./page";
import { NotDone, TokenProgram, type Token } from "./token_program";

type Work = (form: HTMLFormElement, program: TokenProgram) => Promise<void>;

function start(form: HTMLFormElement, field: string, work: Work): void {
  takeOver(form);
  form.addEventListener("submit", (event) => void workFirst(event, form, field, work));
}

const working = new WeakSet<HTMLFormElement>();

async function workFirst(event: SubmitEvent, form: HTMLFormElement, field: string, work: Work): Promise<void> {
  if (filled(form, field)) return;
  event.preventDefault();
  if (working.has(form)) return;
  working.add(form);
  hideCases(form);
  show(all(form, "[data-busy]"), true);
  try {
    await inConversation(form, work);
    await new Promise((resolve) => setTimeout(resolve)); // a form cannot be sent while its own submit event still runs
    form.requestSubmit(event.submitter);
  } catch (problem) {
    showCase(form, problem instanceof NotDone ? problem.state : "failed");
  } finally {
    show(all(form, "[data-busy]"), false);
    working.delete(form);
  }
}

async function inConversation(form: HTMLFormElement, work: Work): Promise<void> {
  const program = await TokenProgram.open(form.dataset["program"] ?? "");
  try {
    await work(form, program);
  } finally {
    program.close();
  }
}

async function makeKeys(form: HTMLFormElement, program: TokenProgram): Promise<void> {
  const token = chosen(form, await program.tokens());
  const made = await program.makeKeys(token, form.dataset["name"] ?? "", form.dataset["iin"] ?? "");
  fill(form, "request_auth", made.auth.request);
  fill(form, "request_sign", made.sign.request);
}

/** Onto the token that has the keys: no need to choose. */
async function write(form: HTMLFormElement, program: TokenProgram): Promise<void> {
  const certificates = (form.dataset["certificates"] ?? "").split(/\s+/).filter(Boolean);
  const tokens = await program.tokens();
  if (tokens.length === 0) throw new NotDone("token-away");
  for (const [index, { token }] of tokens.entries()) {
    try {
      await program.write(token, certificates);
      return fill(form, "written", "yes");
    } catch (problem) {
      const elsewhere = problem instanceof NotDone && problem.state === "no-key" && index + 1 < tokens.length;
      if (!elsewhere) throw problem;
    }
  }
}

/** The only one there is, or the one the person chose. */
function chosen(form: HTMLFormElement, tokens: Token[]): string {
  const [first] = tokens;
  if (!first) throw new NotDone("token-away");
  if (tokens.length === 1) return first.token;
  const radio = one<HTMLInputElement>(form, "[data-tokens] input:checked");
  if (radio && tokens.some(({ token }) => token === radio.value)) return radio.value;
  draw(form, tokens);
  throw new NotDone("choose");
}

function draw(form: HTMLFormElement, tokens: Token[]): void {
  const template = must<HTMLTemplateElement>(form, "template[data-token]");
  must(form, "[data-tokens]").replaceChildren(...tokens.map((token, index) => row(template, token, index)));
  show(all(form, "[data-tokens-area]"), true);
}

function row(template: HTMLTemplateElement, { token, label, maker }: Token, index: number): DocumentFragment {
  const fragment = template.content.cloneNode(true) as DocumentFragment;
  const radio = must<HTMLInputElement>(fragment, "input");
  radio.value = token;
  radio.id = `token-${index}`;
  must<HTMLLabelElement>(fragment, "label").htmlFor = radio.id;
  say(fragment, "[data-label]", label);
  say(fragment, "[data-maker]", maker);
  return fragment;
}

all<HTMLFormElement>(document, "form[data-token-keys]").forEach((form) => start(form, "request_sign", makeKeys));
all<HTMLFormElement>(document, "form[data-token-write]").forEach((form) => start(form, "written", write));
