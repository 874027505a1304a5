/** Key pairs, and private keys as they come out of a file. Whatever is imported is not extractable. */
import { ObjectIdentifier } from "asn1js";
import { PrivateKeyInfo, type Certificate } from "pkijs";

const P256 = { name: "ECDSA", namedCurve: "P-256" };
const RSA = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
const CURVES: Record<string, string> = { "1.2.840.10045.3.1.7": "P-256", "1.3.132.0.34": "P-384" };
const EC_PUBLIC_KEY = "1.2.840.10045.2.1";
const RSA_ENCRYPTION = "1.2.840.113549.1.1.1";

export function makeKeyPair(extractable: boolean): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(P256, extractable, ["sign", "verify"]);
}

/** For the key file only: keys of this browser cannot be taken out. */
export async function exportPrivateKey(key: CryptoKey): Promise<PrivateKeyInfo> {
  return PrivateKeyInfo.fromBER(await crypto.subtle.exportKey("pkcs8", key));
}

/** The key ready to sign with; null for a kind of key this browser cannot use (GOST, Ed25519, …). */
export async function importPrivateKey(info: PrivateKeyInfo): Promise<CryptoKey | null> {
  const algorithm = importAlgorithm(info);
  if (!algorithm) return null;
  return crypto.subtle.importKey("pkcs8", info.toSchema().toBER(false), algorithm, false, ["sign"]);
}

function importAlgorithm(info: PrivateKeyInfo): EcKeyImportParams | RsaHashedImportParams | null {
  const { algorithmId, algorithmParams } = info.privateKeyAlgorithm;
  if (algorithmId === RSA_ENCRYPTION) return RSA;
  if (algorithmId !== EC_PUBLIC_KEY || !(algorithmParams instanceof ObjectIdentifier)) return null;
  const namedCurve = CURVES[algorithmParams.valueBlock.toString()];
  return namedCurve ? { name: "ECDSA", namedCurve } : null;
}

/** Does this private key belong to this certificate? Asked by signing: the key itself stays closed. */
export async function belongs(key: CryptoKey, certificate: Certificate): Promise<boolean> {
  const probe = crypto.getRandomValues(new Uint8Array(32));
  const algorithm = { name: key.algorithm.name, hash: "SHA-256" };
  try {
    const spki = certificate.subjectPublicKeyInfo.toSchema().toBER(false);
    const publicKey = await crypto.subtle.importKey("spki", spki, { ...key.algorithm, ...hashOf(key) }, false, ["verify"]);
    return await crypto.subtle.verify(algorithm, publicKey, await crypto.subtle.sign(algorithm, key, probe), probe);
  } catch {
    return false; // another kind of key
  }
}

/** The key of this certificate among the keys of a file. */
export async function keyOf(certificate: Certificate, keys: PrivateKeyInfo[]): Promise<PrivateKeyInfo | null> {
  for (const key of keys) {
    const imported = await importPrivateKey(key);
    if (imported && (await belongs(imported, certificate))) return key;
  }
  return null;
}

function hashOf(key: CryptoKey): { hash?: string } {
  return key.algorithm.name === RSA.name ? { hash: "SHA-256" } : {};
}
