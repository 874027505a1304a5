/** Installing certificates beside their keys: in this browser, or into the saved file (README.md, keys.js). */
import { fromBase64 } from "./bytes";
import { find, idOf, keep, type DeviceKey } from "./device_keys";
import { casesOf, fileOf, fill, filled, keepHere, offer, passwordOf, supported } from "./key_file";
import { all, focusOn, hideCases, must, one, show, showCase, showStep, takeOver } from "./page";
import type { Purpose } from "./pki/certificates";
import type { Entry } from "./pki/file";

type Pki = typeof import("./pki");

const PURPOSES: Purpose[] = ["sign", "auth"];

export function startInstall(form: HTMLFormElement, pki: Promise<Pki>): void {
  keepHere(form);
  if (!supported()) return showCase(form, "unsupported");
  takeOver(form);
  if (form.dataset["storage"] === "browser") void startInBrowser(form, pki);
  else startWithFile(form, pki);
}

async function startInBrowser(form: HTMLFormElement, pki: Promise<Pki>): Promise<void> {
  try {
    const keys = await keysHere(form, await pki);
    if (!keys) return showNoKey(form);
    showStep(form, "here", false);
    must(form, "[data-put]").addEventListener("click", () => void put(form, keys));
  } catch {
    showCase(form, "failed");
  }
}

async function keysHere(form: HTMLFormElement, pki: Pki): Promise<DeviceKey[] | null> {
  const keys = await Promise.all(
    PURPOSES.map(async (purpose) => {
      const certificate = pki.readCertificate(certificateOf(form, purpose));
      const key = await find(await idOf(certificate.subjectPublicKeyInfo.toSchema().toBER(false)));
      return key && { ...key, certificate: certificateOf(form, purpose), chain: chainOf(form) };
    }),
  );
  return keys.every((key): key is NonNullable<typeof key> => Boolean(key)) ? keys : null;
}

let putting = false;

async function put(form: HTMLFormElement, keys: DeviceKey[]): Promise<void> {
  if (putting) return;
  putting = true;
  hideCases(form);
  try {
    await keep(keys);
    fill(form, "installed", "browser");
    form.requestSubmit();
  } catch {
    showCase(form, "storage-failed");
    putting = false;
  }
}

function startWithFile(form: HTMLFormElement, pki: Promise<Pki>): void {
  showStep(form, "open", false);
  const open = () => void openAndComplete(form, pki);
  must(form, "[data-open]").addEventListener("click", open);
  form.addEventListener("submit", (event) => {
    if (filled(form, "installed")) return;
    event.preventDefault(); // Enter in the password field
    open();
  });
}

let opening = false;

async function openAndComplete(form: HTMLFormElement, pki: Promise<Pki>): Promise<void> {
  if (opening) return;
  opening = true;
  hideCases(form);
  showNoKey(form, false);
  show(all(form, "[data-busy]"), true);
  try {
    await complete(form, await pki);
  } catch (problem) {
    if (problem instanceof NoKey) showNoKey(form);
    else showCase(form, ...(await casesOf(problem, pki)));
  } finally {
    show(all(form, "[data-busy]"), false);
    opening = false;
  }
}

class NoKey extends Error {}

async function complete(form: HTMLFormElement, pki: Pki): Promise<void> {
  const bytes = await fileOf(form);
  const password = passwordOf(form);
  const { keys } = await pki.openFile(bytes, password);
  const entries: Entry[] = [];
  for (const purpose of PURPOSES) {
    const certificate = pki.readCertificate(certificateOf(form, purpose));
    const key = await pki.keyOf(certificate, keys);
    if (!key) throw new NoKey();
    entries.push({ label: purpose, key, certificate });
  }
  const finished = await pki.writeFile(entries, chainOf(form).map(pki.readCertificate), password);
  await pki.openFile(finished, password); // a file that does not open again must never be offered
  fill(form, "installed", "file");
  must<HTMLInputElement>(form, "[data-password]").value = "";
  offer(form, finished);
  showStep(form, "save");
}

function showNoKey(form: HTMLFormElement, visible = true): void {
  const block = one(form, "[data-no-key]") ?? one(document, "[data-no-key]");
  if (!block) return visible ? showCase(form, "no-key") : undefined;
  block.hidden = !visible;
  if (visible) focusOn(block);
}

function certificateOf(form: HTMLFormElement, purpose: Purpose): ArrayBuffer {
  return fromBase64(form.dataset[purpose] ?? "");
}

function chainOf(form: HTMLFormElement): ArrayBuffer[] {
  return (form.dataset["chain"] ?? "").split(/\s+/).filter(Boolean).map(fromBase64);
}
