/**
 * Entry of passkey.js: the browser makes a passkey, or has one answer, as the page's options say (WebAuthn Level 2).
 * The answer goes back with the form. Contract: browser/README.md, passkey.js.
 */
import { fromBase64, toBase64 } from "./bytes";
import { fill, filled } from "./key_file";
import { all, hideCases, show, showCase, takeOver } from "./page";

/** What JSON can hold of the standard's options: bytes are base64url. */
type Written = { id: string; type: "public-key" };
type CreationOptions = Omit<PublicKeyCredentialCreationOptions, "challenge" | "user" | "excludeCredentials"> & {
  challenge: string;
  user: PublicKeyCredentialEntity & { id: string; displayName: string };
  excludeCredentials?: Written[];
};
type RequestOptions = Omit<PublicKeyCredentialRequestOptions, "challenge" | "allowCredentials"> & { challenge: string };

/** Names of what the standard throws, and the page's words for it. */
const CASES: Record<string, string> = {
  NotAllowedError: "refused", // closed, or out of time: browsers do not tell which
  AbortError: "refused",
  InvalidStateError: "known",
  NotSupportedError: "no-device",
  ConstraintError: "no-device",
};

function start(form: HTMLFormElement): void {
  if (!window.PublicKeyCredential) return showCase(form, "unsupported");
  takeOver(form);
  form.addEventListener("submit", (event) => void askFirst(event, form));
}

const asking = new WeakSet<HTMLFormElement>();

async function askFirst(event: SubmitEvent, form: HTMLFormElement): Promise<void> {
  if (filled(form, "answer")) return;
  event.preventDefault();
  if (asking.has(form)) return;
  asking.add(form);
  hideCases(form);
  show(all(form, "[data-busy]"), true);
  try {
    const answer = JSON.stringify(await answerTo(form));
    await new Promise((resolve) => setTimeout(resolve)); // a form cannot be sent while its own submit event still runs
    fill(form, "answer", answer);
    form.requestSubmit(event.submitter);
    setTimeout(() => fill(form, "answer", "")); // a page come back to asks anew
  } catch (problem) {
    showCase(form, CASES[(problem as Error).name] ?? "failed");
  } finally {
    show(all(form, "[data-busy]"), false);
    asking.delete(form);
  }
}

function answerTo(form: HTMLFormElement): Promise<object> {
  const options = JSON.parse(form.dataset["options"] ?? "{}");
  return form.dataset["passkey"] === "create" ? made(options) : proved(options);
}

async function made(options: CreationOptions): Promise<object> {
  const publicKey: PublicKeyCredentialCreationOptions = {
    ...options,
    challenge: fromBase64Url(options.challenge),
    user: { ...options.user, id: fromBase64Url(options.user.id) },
    excludeCredentials: (options.excludeCredentials ?? []).map(({ id, type }) => ({ type, id: fromBase64Url(id) })),
  };
  const credential = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential;
  const { clientDataJSON, attestationObject } = credential.response as AuthenticatorAttestationResponse;
  return written(credential, { clientDataJSON, attestationObject });
}

async function proved(options: RequestOptions): Promise<object> {
  const publicKey: PublicKeyCredentialRequestOptions = { ...options, challenge: fromBase64Url(options.challenge), allowCredentials: [] };
  const credential = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential;
  const { clientDataJSON, authenticatorData, signature, userHandle } = credential.response as AuthenticatorAssertionResponse;
  return written(credential, { clientDataJSON, authenticatorData, signature, ...(userHandle ? { userHandle } : {}) });
}

function written(credential: PublicKeyCredential, response: Record<string, ArrayBuffer>): object {
  const texts = Object.entries(response).map(([name, bytes]) => [name, toBase64Url(bytes)]);
  return { id: credential.id, rawId: toBase64Url(credential.rawId), type: credential.type, response: Object.fromEntries(texts) };
}

/** RFC 4648 §5, without padding. */
function toBase64Url(bytes: ArrayBuffer): string {
  return toBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function fromBase64Url(text: string): ArrayBuffer {
  return fromBase64(text.replaceAll("-", "+").replaceAll("_", "/"));
}

all<HTMLFormElement>(document, "form[data-passkey]").forEach(start);
