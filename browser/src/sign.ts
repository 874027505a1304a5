/**
 * Entry of sign.js: signing exactly the bytes the page gives, with a key of this browser or from a file.
 * Only the signature is sent. Contract: browser/README.md, sign.js.
 */
import { fromBase64, toBase64 } from "./bytes";
import { serverTime } from "./clock";
import { withCertificates, type DeviceKey } from "./device_keys";
import { casesOf, fileOf, fill, filled, keepHere, passwordOf, Problem, supported } from "./key_file";
import { all, choose, hideCases, must, one, say, show, showCase, takeOver } from "./page";
import { NotDone, TokenProgram } from "./token_program";
import type { Certificate } from "pkijs";
import type { Purpose, Wanted } from "./pki/certificates";
import type { SigningKey } from "./pki/signature";

type Pki = typeof import("./pki");

const pki = import("./pki"); // on its way while the person reads
pki.catch(() => undefined); // said when it is needed

function start(form: HTMLFormElement): void {
  keepHere(form);
  if (!supported()) return showCase(form, "unsupported");
  takeOver(form);
  say(form, "[data-text]", new TextDecoder().decode(contentOf(form)));
  const keys = listDeviceKeys(form).catch(() => []); // storage refused: files still work
  form.addEventListener("change", () => showChosen(form));
  form.addEventListener("submit", (event) => void signFirst(event, form, keys));
}

async function listDeviceKeys(form: HTMLFormElement): Promise<DeviceKey[]> {
  const { fits, readCertificate } = await pki;
  const wanted = wantedOf(form);
  const known = form.dataset["device"] === "no" ? [] : await withCertificates();
  const fitting = known.map((key) => ({ key, certificate: readCertificate(key.certificate!) }));
  const listed = fitting.filter(({ certificate }) => fits(certificate, wanted)).sort(latestFirst);
  drawDeviceKeys(form, listed, await pki);
  return listed.map(({ key }) => key);
}

function latestFirst(a: { certificate: Certificate }, b: { certificate: Certificate }): number {
  return b.certificate.notAfter.value.getTime() - a.certificate.notAfter.value.getTime();
}

function drawDeviceKeys(form: HTMLFormElement, listed: { key: DeviceKey; certificate: Certificate }[], { ownerOf }: Pki): void {
  const place = one(form, "[data-device-keys]");
  const template = one<HTMLTemplateElement>(form, "template[data-device-key]");
  if (place && template)
    place.replaceChildren(...listed.map(({ certificate }, index) => row(template, DEVICE, index, ownerOf(certificate), certificate)));
  show(all(form, "[data-no-device-key]"), listed.length === 0);
  preselect(form, listed.length > 0 ? "device" : "file");
  if (form.closest("[data-focus-ready]")) must<HTMLElement>(form, listed.length > 0 ? "button[type=submit]" : "[data-file]").focus();
}

const DEVICE = "device_key";
const TOKEN = "token_certificate";
let rows = 0;

/** `group` is the name of the radio buttons: without one they do not know each other. */
function row(template: HTMLTemplateElement, group: string, index: number, owner: string, { notAfter }: Certificate): DocumentFragment {
  const fragment = template.content.cloneNode(true) as DocumentFragment;
  const radio = must<HTMLInputElement>(fragment, "input[type=radio]");
  radio.id = `${group}-${(rows += 1)}`;
  radio.name = group;
  radio.value = String(index);
  radio.checked = index === 0;
  if (group === DEVICE) radio.dataset["deviceKeyRadio"] = "";
  must<HTMLLabelElement>(fragment, "label").htmlFor = radio.id;
  say(fragment, "[data-owner]", owner);
  say(fragment, "[data-until-date]", dayOf(notAfter.value));
  return fragment;
}

function dayOf(date: Date): string {
  const two = (number: number) => String(number).padStart(2, "0");
  return `${two(date.getDate())}.${two(date.getMonth() + 1)}.${date.getFullYear()}`;
}

function preselect(form: HTMLFormElement, what: "device" | "file"): void {
  const radios = all<HTMLInputElement>(form, 'input[name="key_from"]');
  const touched = radios.some((radio) => radio.checked);
  if (!touched) for (const radio of radios) radio.checked = radio.value === what;
  showChosen(form);
}

function chosenSource(form: HTMLFormElement): string {
  const chosen = one<HTMLInputElement>(form, 'input[name="key_from"]:checked');
  if (chosen) return chosen.value;
  return one(form, "[data-device-key-radio]") && !must<HTMLInputElement>(form, "[data-file]").files?.length ? "device" : "file";
}

function showChosen(form: HTMLFormElement): void {
  if (one(form, 'input[name="key_from"]')) choose(form, "data-for-key", chosenSource(form));
  else for (const part of all(form, "[data-for-key]")) part.hidden = part.dataset["forKey"] === "device" && !one(part, "[data-device-key-radio]");
}

const signing = new WeakSet<HTMLFormElement>();

async function signFirst(event: SubmitEvent, form: HTMLFormElement, keys: Promise<DeviceKey[]>): Promise<void> {
  if (filled(form, "signature") || event.submitter?.dataset["unsigned"] !== undefined) return;
  event.preventDefault();
  if (signing.has(form)) return;
  signing.add(form);
  hideCases(form);
  show(all(form, "[data-busy]"), true);
  try {
    const made = await signature(form, await keys);
    await new Promise((resolve) => setTimeout(resolve)); // a form cannot be sent while its own submit event still runs
    fill(form, "signature", made);
    form.requestSubmit(event.submitter);
    setTimeout(() => fill(form, "signature", "")); // a page come back to signs anew
  } catch (problem) {
    showCase(form, ...(problem instanceof NotDone ? [problem.state] : await casesOf(problem, pki)));
  } finally {
    show(all(form, "[data-busy]"), false);
    signing.delete(form);
  }
}

async function signature(form: HTMLFormElement, keys: DeviceKey[]): Promise<string> {
  const ready = await pki;
  if (chosenSource(form) === "token") return tokenSignature(form, ready);
  const by = chosenSource(form) === "device" ? await deviceKey(form, keys, ready) : await fileKey(form, ready);
  return toBase64(await ready.signDetached(contentOf(form), by, serverTime(form)));
}

async function deviceKey(form: HTMLFormElement, keys: DeviceKey[], { readCertificate, validityOf }: Pki): Promise<SigningKey> {
  const chosen = all<HTMLInputElement>(form, "[data-device-key-radio]").find((radio) => radio.checked);
  const key = keys[Number(chosen?.value ?? -1)];
  if (!key?.certificate) throw new Problem("no-device-key");
  const certificate = readCertificate(key.certificate);
  refuseOutOfTime(validityOf(certificate, serverTime(form)));
  return { key: key.privateKey, certificate, chain: (key.chain ?? []).map(readCertificate) };
}

/** Among the certificates of the file for this purpose: one with its key, in force, the latest. */
async function fileKey(form: HTMLFormElement, ready: Pki): Promise<SigningKey> {
  const bytes = await fileOf(form);
  const { keys, certificates } = await ready.openFile(bytes, passwordOf(form));
  const at = serverTime(form);
  const fitting = certificates.filter((certificate) => ready.fits(certificate, wantedOf(form)));
  const inOrder = fitting
    .map((certificate) => ({ certificate, validity: ready.validityOf(certificate, at) }))
    .sort((a, b) => Number(b.validity === "valid") - Number(a.validity === "valid") || latestFirst(a, b));
  for (const { certificate, validity } of inOrder) {
    const info = await ready.keyOf(certificate, keys);
    const key = info && (await ready.importPrivateKey(info));
    if (!key) continue;
    refuseOutOfTime(validity);
    return { key, certificate, chain: certificates.filter((one) => ready.isAuthority(one)) };
  }
  throw new Problem("no-fitting-certificate");
}

/** By senim-token, with whatever token is there: the program shows the text, asks for the PIN and signs. */
async function tokenSignature(form: HTMLFormElement, ready: Pki): Promise<string> {
  const program = await TokenProgram.open(form.dataset["program"] ?? "");
  try {
    const { token, encoded } = await certificateOnToken(form, program, ready);
    return await program.sign(token, encoded, form.dataset["content"] ?? "");
  } finally {
    program.close();
  }
}

interface OnToken {
  token: string;
  encoded: string;
  certificate: Certificate;
  validity: string;
}

/** In force if there is one, the latest; of several owners' the person chooses. */
async function certificateOnToken(form: HTMLFormElement, program: TokenProgram, ready: Pki): Promise<OnToken> {
  const found = (await onTokens(form, program, ready)).sort((a, b) => Number(b.validity === "valid") - Number(a.validity === "valid") || latestFirst(a, b));
  const [best] = found;
  if (!best) throw new Problem("no-fitting-certificate");
  refuseOutOfTime(best.validity);
  const newest = new Map<string, OnToken>();
  for (const one of found) if (one.validity === "valid" && !newest.has(ready.ownerOf(one.certificate))) newest.set(ready.ownerOf(one.certificate), one);
  return newest.size === 1 ? best : chosenOnToken(form, newest);
}

async function onTokens(form: HTMLFormElement, program: TokenProgram, ready: Pki): Promise<OnToken[]> {
  const tokens = await program.tokens();
  if (tokens.length === 0) throw new NotDone("token-away");
  const found: OnToken[] = [];
  for (const { token } of tokens)
    for (const encoded of await program.certificates(token)) {
      const certificate = ready.readCertificate(fromBase64(encoded));
      const validity = ready.validityOf(certificate, serverTime(form));
      if (ready.fits(certificate, wantedOf(form))) found.push({ token, encoded, certificate, validity });
    }
  return found;
}

/** By the owner, which stays the same when the token is read again. */
function chosenOnToken(form: HTMLFormElement, newest: Map<string, OnToken>): OnToken {
  const chosen = newest.get(one<HTMLInputElement>(form, "[data-token-certificates] input:checked")?.value ?? "");
  if (chosen) return chosen;
  const template = must<HTMLTemplateElement>(form, "template[data-device-key]");
  const drawn = [...newest].map(([owner, { certificate }], index) => {
    const fragment = row(template, TOKEN, index, owner, certificate);
    must<HTMLInputElement>(fragment, "input").value = owner;
    return fragment;
  });
  must(form, "[data-token-certificates]").replaceChildren(...drawn);
  show(all(form, "[data-token-certificates-area]"), true);
  throw new NotDone("choose-certificate");
}

function refuseOutOfTime(validity: string): void {
  if (validity !== "valid") throw new Problem(`certificate-${validity}`);
}

function wantedOf(form: HTMLFormElement): Wanted {
  return { purpose: (form.dataset["purpose"] ?? "sign") as Purpose, role: form.dataset["role"] };
}

function contentOf(form: HTMLFormElement): ArrayBuffer {
  return fromBase64(form.dataset["content"] ?? "");
}

all<HTMLFormElement>(document, "form[data-sign]").forEach(start);
