/** The parts of a form that ask for a key file and its password, and offer a file to save. */
import { all, must, one } from "./page";

type Pki = typeof import("./pki");

/** What the person must mend; the name is a data-case of the page. */
export class Problem extends Error {
  readonly cases: string[];

  constructor(...cases: string[]) {
    super(cases[0]);
    this.cases = cases;
  }
}

export function supported(): boolean {
  return typeof crypto !== "undefined" && Boolean(crypto.subtle) && "indexedDB" in window;
}

/** A password or a key file with a name would be sent by the form. Templates give none; should one slip in, it goes here. */
export function keepHere(form: HTMLFormElement): void {
  form.noValidate = true; // the browser's own words would be in the browser's language
  for (const input of all(form, "[data-password], [data-password-again], [data-file]")) input.removeAttribute("name");
}

export function passwordOf(form: HTMLElement): string {
  const password = must<HTMLInputElement>(form, "[data-password]").value;
  if (!password) throw new Problem("no-password");
  return password;
}

export async function fileOf(form: HTMLElement): Promise<ArrayBuffer> {
  const file = must<HTMLInputElement>(form, "[data-file]").files?.[0];
  if (!file) throw new Problem("no-file");
  try {
    return await file.arrayBuffer();
  } catch {
    throw new Problem("broken-file"); // moved or changed since it was chosen
  }
}

/** Offer the file; the person goes on only when it was downloaded and they say that it is saved. */
export function offer(form: HTMLElement, bytes: ArrayBuffer): void {
  const link = must<HTMLAnchorElement>(form, "[data-download]");
  const saved = must<HTMLInputElement>(form, "[data-saved]");
  const onward = must<HTMLButtonElement>(form, "[data-continue]");
  link.href = URL.createObjectURL(new Blob([bytes], { type: "application/x-pkcs12" }));
  link.download = form.dataset["fileName"] || "senim.p12";
  let downloaded = false;
  const judge = () => (onward.disabled = !(downloaded && saved.checked));
  link.addEventListener("click", () => {
    downloaded = true;
    judge();
  });
  saved.addEventListener("change", judge);
  judge();
  warnBeforeLeaving(form);
}

/** Until the form is sent the key exists nowhere but in the file just offered. */
function warnBeforeLeaving(form: HTMLElement): void {
  const warn = (event: BeforeUnloadEvent) => event.preventDefault();
  window.addEventListener("beforeunload", warn);
  form.addEventListener("submit", () => window.removeEventListener("beforeunload", warn));
}

export function fill(form: HTMLElement, name: string, value: string): void {
  must<HTMLInputElement>(form, `input[name="${name}"]`).value = value;
}

export function filled(form: HTMLElement, name: string): string {
  return one<HTMLInputElement>(form, `input[name="${name}"]`)?.value ?? "";
}

/** The page's words for what went wrong with a key file. */
export async function casesOf(problem: unknown, pki: Promise<Pki>): Promise<string[]> {
  if (problem instanceof Problem) return problem.cases;
  const { WrongPassword, BrokenFile, UnsupportedFile } = await pki.catch(() => ({}) as Pki);
  if (WrongPassword && problem instanceof WrongPassword) return ["wrong-password"];
  if (BrokenFile && problem instanceof BrokenFile) return ["broken-file"];
  if (UnsupportedFile && problem instanceof UnsupportedFile) return ["unsupported-file", "broken-file"];
  return ["failed"];
}
