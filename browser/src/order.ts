/** Ordering a certificate: two key pairs and two requests made here; only the requests leave (README.md, keys.js). */
import { toBase64 } from "./bytes";
import { serverTime } from "./clock";
import { askToPersist, keep, keyId, type DeviceKey } from "./device_keys";
import { fill, filled, keepHere, offer, Problem, supported } from "./key_file";
import { all, choose, hideCases, must, one, show, showCase, showStep, takeOver } from "./page";
import type { Purpose } from "./pki/certificates";
import type { Subject } from "./pki/requests";

type Pki = typeof import("./pki");
type Pairs = Record<Purpose, CryptoKeyPair>;

export function startOrder(form: HTMLFormElement, pki: Promise<Pki>): void {
  keepHere(form);
  if (!supported()) return showCase(form, "unsupported");
  takeOver(form);
  if (filled(form, "request_sign") && filled(form, "request_auth")) return showStep(form, "ready", false);
  showStep(form, "start", false);
  showStorage(form);
  form.addEventListener("change", () => showStorage(form));
  one(form, "[data-password]")?.addEventListener("input", () => showStrength(form));
  must(form, "[data-make]").addEventListener("click", () => void make(form, pki));
  form.addEventListener("submit", (event) => sendOnlyWhenMade(event, form, pki));
}

/** Enter in a field submits a form: here it means "make the key". */
function sendOnlyWhenMade(event: SubmitEvent, form: HTMLFormElement, pki: Promise<Pki>): void {
  if (filled(form, "request_auth")) return;
  event.preventDefault();
  void make(form, pki);
}

let making = false;

async function make(form: HTMLFormElement, pki: Promise<Pki>): Promise<void> {
  if (making) return;
  making = true;
  hideCases(form);
  try {
    if (storageOf(form) === "browser") await makeInBrowser(form, await pki);
    else await makeInFile(form, await pki, chosenPassword(form));
  } catch (problem) {
    showStep(form, "start", false);
    showCase(form, ...(problem instanceof Problem ? problem.cases : ["failed"]));
  } finally {
    making = false;
  }
}

async function makeInFile(form: HTMLFormElement, pki: Pki, password: string): Promise<void> {
  showStep(form, "making");
  await painted();
  const pairs = await makePairs(pki, true);
  const subject = subjectOf(form);
  const entry = async (label: Purpose) => ({
    label,
    key: await pki.exportPrivateKey(pairs[label].privateKey),
    certificate: await pki.placeholderCertificate(pairs[label], subject, serverTime(form)),
  });
  const file = await pki.writeFile([await entry("sign"), await entry("auth")], [], password);
  await pki.openFile(file, password); // a file that does not open again must never be offered
  await fillRequests(form, pki, pairs);
  offer(form, file);
  clearPasswords(form);
  showStep(form, "save");
}

/** Sealing the file holds the page for a moment: the words for it must stand there before. */
function painted(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 50));
}

async function makeInBrowser(form: HTMLFormElement, pki: Pki): Promise<void> {
  showStep(form, "making");
  const pairs = await makePairs(pki, false);
  const record = async (purpose: Purpose): Promise<DeviceKey> => ({
    id: await keyId(pairs[purpose].publicKey),
    purpose,
    privateKey: pairs[purpose].privateKey,
    madeAt: serverTime(form),
  });
  try {
    await keep([await record("sign"), await record("auth")]);
  } catch {
    throw new Problem("storage-failed");
  }
  const persisted = await askToPersist();
  await fillRequests(form, pki, pairs);
  show(all(form, "[data-persisted]"), persisted);
  show(all(form, "[data-not-persisted]"), !persisted);
  showStep(form, "stored");
}

async function makePairs(pki: Pki, extractable: boolean): Promise<Pairs> {
  return { sign: await pki.makeKeyPair(extractable), auth: await pki.makeKeyPair(extractable) };
}

async function fillRequests(form: HTMLFormElement, pki: Pki, pairs: Pairs): Promise<void> {
  const subject = subjectOf(form);
  const requests = {
    sign: await pki.certificationRequest(pairs.sign, subject),
    auth: await pki.certificationRequest(pairs.auth, subject),
  };
  fill(form, "request_sign", toBase64(requests.sign));
  fill(form, "request_auth", toBase64(requests.auth));
}

function subjectOf(form: HTMLFormElement): Subject {
  return JSON.parse(form.dataset["subject"] ?? "[]") as Subject;
}

function storageOf(form: HTMLFormElement): string {
  return String(new FormData(form).get("key_storage") ?? "file");
}

function showStorage(form: HTMLFormElement): void {
  choose(form, "data-for-storage", storageOf(form));
}

function chosenPassword(form: HTMLFormElement): string {
  const first = must<HTMLInputElement>(form, "[data-password]");
  const again = must<HTMLInputElement>(form, "[data-password-again]");
  if ([...first.value].length < shortest(first)) throw new Problem("password-short");
  if (first.value !== again.value) throw new Problem("password-mismatch");
  return first.value;
}

function shortest(input: HTMLInputElement): number {
  return input.minLength > 0 ? input.minLength : 8;
}

/** A hint, not a gate: length is what makes guessing at a lost file dear. */
function showStrength(form: HTMLFormElement): void {
  const input = must<HTMLInputElement>(form, "[data-password]");
  const length = [...input.value].length;
  const kinds = [/\p{Ll}/u, /\p{Lu}/u, /\p{N}/u, /[^\p{L}\p{N}]/u].filter((kind) => kind.test(input.value)).length;
  const varied = new Set(input.value).size >= length / 2;
  const level = length < shortest(input) ? "short" : varied && length + 2 * kinds >= 18 ? "good" : "fair";
  choose(form, "data-strength", length ? level : "");
}

function clearPasswords(form: HTMLFormElement): void {
  for (const input of all<HTMLInputElement>(form, "[data-password], [data-password-again]")) input.value = "";
}
