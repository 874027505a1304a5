/** Password-protected key files: PKCS#12 (RFC 7292) with AES-256 and PBKDF2-SHA256. */
import { BmpString, OctetString } from "asn1js";
import {
  Attribute,
  AuthenticatedSafe,
  CertBag,
  Certificate,
  PFX,
  PKCS8ShroudedKeyBag,
  PrivateKeyInfo,
  SafeBag,
  SafeContents,
} from "pkijs";

/**
 * Work for whoever guesses at the password of a lost file. The seal is reckoned in script (no browser knows its derivation):
 * 0.3 s on a laptop, 2 s on an old phone, so more of it would be felt; programs of the trade write 2,048.
 */
const PBKDF2_ITERATIONS = 100_000;
const SEAL_ITERATIONS = 100_000;
const LARGEST = 1_000_000;

const KEY_BAG = "1.2.840.113549.1.12.10.1.1";
const SHROUDED_KEY_BAG = "1.2.840.113549.1.12.10.1.2";
const CERTIFICATE_BAG = "1.2.840.113549.1.12.10.1.3";
const FRIENDLY_NAME = "1.2.840.113549.1.9.20";
const LOCAL_KEY_ID = "1.2.840.113549.1.9.21";

export class WrongPassword extends Error {}
export class BrokenFile extends Error {}
export class UnsupportedFile extends Error {}

export interface Entry {
  label: string;
  key: PrivateKeyInfo;
  certificate: Certificate;
}

export interface Opened {
  keys: PrivateKeyInfo[];
  certificates: Certificate[];
}

export async function writeFile(entries: Entry[], chain: Certificate[], password: string): Promise<ArrayBuffer> {
  const protection = {
    password: encoded(password),
    contentEncryptionAlgorithm: { name: "AES-CBC", length: 256 } as AesKeyAlgorithm,
    hmacHashAlgorithm: "SHA-256",
    iterationCount: PBKDF2_ITERATIONS,
  };
  const safe = new AuthenticatedSafe({
    parsedValue: {
      safeContents: [
        { privacyMode: 0, value: new SafeContents({ safeBags: await Promise.all(entries.map((entry) => keyBag(entry, protection))) }) },
        { privacyMode: 1, value: new SafeContents({ safeBags: [...entries.map(certificateBag), ...chain.map(chainBag)] }) },
      ],
    },
  });
  await safe.makeInternalValues({ safeContents: [{} as never, protection as never] });
  return sealed(safe, protection.password);
}

async function sealed(safe: AuthenticatedSafe, password: ArrayBuffer): Promise<ArrayBuffer> {
  const file = new PFX({ parsedValue: { integrityMode: 0, authenticatedSafe: safe } });
  await file.makeInternalValues({
    password,
    iterations: SEAL_ITERATIONS,
    pbkdf2HashAlgorithm: "SHA-256",
    hmacHashAlgorithm: "SHA-256",
  });
  return file.toSchema().toBER(false);
}

type Protection = Parameters<PKCS8ShroudedKeyBag["makeInternalValues"]>[0];

async function keyBag(entry: Entry, protection: unknown): Promise<SafeBag> {
  const bagValue = new PKCS8ShroudedKeyBag({ parsedValue: entry.key });
  await bagValue.makeInternalValues(protection as Protection);
  return new SafeBag({ bagId: SHROUDED_KEY_BAG, bagValue, bagAttributes: labels(entry.label) });
}

function certificateBag(entry: Entry): SafeBag {
  const bagValue = new CertBag({ parsedValue: entry.certificate });
  return new SafeBag({ bagId: CERTIFICATE_BAG, bagValue, bagAttributes: labels(entry.label) });
}

function chainBag(certificate: Certificate): SafeBag {
  return new SafeBag({ bagId: CERTIFICATE_BAG, bagValue: new CertBag({ parsedValue: certificate }) });
}

/** The same name and mark on a key and its certificate tell other programs that they belong together. */
function labels(label: string): Attribute[] {
  const mark = new TextEncoder().encode(label);
  return [
    new Attribute({ type: FRIENDLY_NAME, values: [new BmpString({ value: label })] }),
    new Attribute({ type: LOCAL_KEY_ID, values: [new OctetString({ valueHex: mark.buffer as ArrayBuffer })] }),
  ];
}

/** Raises WrongPassword, BrokenFile, UnsupportedFile. */
export async function openFile(bytes: ArrayBuffer, password: string): Promise<Opened> {
  const file = read(bytes);
  const secret = encoded(password);
  await checkSeal(file, secret);
  const safe = file.parsedValue?.authenticatedSafe;
  if (!safe) throw new BrokenFile();
  try {
    await safe.parseInternalValues({ safeContents: safe.safeContents.map(() => ({ password: secret })) as never });
    return await contentsOf(safe, secret);
  } catch (problem) {
    // The seal held, so the password is right: the file is protected in a way no browser knows (3DES, RC2).
    throw file.macData ? new UnsupportedFile(String(problem)) : new WrongPassword(String(problem));
  }
}

function read(bytes: ArrayBuffer): PFX {
  if (bytes.byteLength > LARGEST) throw new BrokenFile();
  try {
    return PFX.fromBER(bytes);
  } catch (problem) {
    throw new BrokenFile(String(problem));
  }
}

async function checkSeal(file: PFX, password: ArrayBuffer): Promise<void> {
  try {
    await file.parseInternalValues({ password, checkIntegrity: Boolean(file.macData) });
  } catch (problem) {
    throw file.parsedValue?.authenticatedSafe ? new WrongPassword(String(problem)) : new BrokenFile(String(problem));
  }
}

async function contentsOf(safe: AuthenticatedSafe, password: ArrayBuffer): Promise<Opened> {
  const opened: Opened = { keys: [], certificates: [] };
  for (const contents of safe.parsedValue.safeContents as { value: SafeContents }[])
    for (const bag of contents.value.safeBags) await take(bag, password, opened);
  return opened;
}

/** pkijs declares the opening of a bag protected, though nothing else opens one. */
interface Shrouded {
  parseInternalValues(parameters: { password: ArrayBuffer }): Promise<void>;
  parsedValue: PrivateKeyInfo;
}

async function take(bag: SafeBag, password: ArrayBuffer, opened: Opened): Promise<void> {
  if (bag.bagId === SHROUDED_KEY_BAG) {
    const shrouded = bag.bagValue as unknown as Shrouded;
    await shrouded.parseInternalValues({ password });
    opened.keys.push(shrouded.parsedValue);
  }
  if (bag.bagId === KEY_BAG) opened.keys.push(bag.bagValue as PrivateKeyInfo);
  if (bag.bagId === CERTIFICATE_BAG) {
    const { parsedValue } = bag.bagValue as CertBag;
    if (parsedValue instanceof Certificate) opened.certificates.push(parsedValue);
  }
}

function encoded(password: string): ArrayBuffer {
  return new TextEncoder().encode(password.normalize("NFC")).buffer as ArrayBuffer;
}
