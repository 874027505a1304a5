/**
 * Keys kept in this browser: WebCrypto keys that cannot be taken out, in IndexedDB, by the digest of their public key.
 * They go when the site's data goes; the pages say so.
 */
import { sha256, toHex } from "./bytes";
import type { Purpose } from "./pki/certificates";

export interface DeviceKey {
  /** SHA-256 of the SubjectPublicKeyInfo, in hex. */
  id: string;
  purpose: Purpose;
  privateKey: CryptoKey;
  madeAt: Date;
  certificate?: ArrayBuffer;
  chain?: ArrayBuffer[];
}

const DATABASE = "senim";
const STORE = "keys";

export async function keyId(publicKey: CryptoKey): Promise<string> {
  return idOf(await crypto.subtle.exportKey("spki", publicKey));
}

export async function idOf(spki: ArrayBuffer): Promise<string> {
  return toHex(await sha256(spki));
}

/** All of them or none: a signing key without its sister would make half an application. */
export async function keep(keys: DeviceKey[]): Promise<void> {
  await inStore("readwrite", (store) => keys.forEach((key) => store.put(key)));
}

export async function find(id: string): Promise<DeviceKey | undefined> {
  return inStore<DeviceKey | undefined>("readonly", (store) => store.get(id));
}

export async function withCertificates(): Promise<DeviceKey[]> {
  const keys = await inStore<DeviceKey[]>("readonly", (store) => store.getAll());
  return keys.filter((key) => key.certificate);
}

/** Ask the browser not to clear the keys when space runs short. It may say no, and the page says so. */
export async function askToPersist(): Promise<boolean> {
  try {
    return (await navigator.storage?.persist?.()) ?? false;
  } catch {
    return false;
  }
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "id" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("blocked"));
  });
}

async function inStore<T>(mode: IDBTransactionMode, use: (store: IDBObjectStore) => IDBRequest<T> | void): Promise<T> {
  const database = await open();
  try {
    return await new Promise<T>((resolve, reject) => {
      const transaction = database.transaction(STORE, mode, { durability: "strict" }); // a key that a power cut takes is lost for good
      const request = use(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request ? request.result : (undefined as T));
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}
