/** Certificate requests (PKCS#10, RFC 2986): the signature over them proves possession of the key. */
import { Integer, ObjectIdentifier, PrintableString, Sequence, Set as SetOf, Utf8String } from "asn1js";
import { BasicConstraints, Certificate, CertificationRequest, Extension, RelativeDistinguishedNames, Time } from "pkijs";

/** Object identifier and value, in order, as the country's profile says. */
export type Subject = [type: string, value: string][];

const PRINTABLE = new Set(["2.5.4.5", "2.5.4.6"]); // serialNumber and countryName, RFC 5280 appendix A
const BASIC_CONSTRAINTS = "2.5.29.19";
const PLACEHOLDER_DAYS = 90;

export async function certificationRequest(pair: CryptoKeyPair, subject: Subject): Promise<ArrayBuffer> {
  const request = new CertificationRequest({ version: 0, subject: nameOf(subject), attributes: [] });
  await request.subjectPublicKeyInfo.importKey(pair.publicKey);
  await request.sign(pair.privateKey, "SHA-256");
  return request.toSchema(true).toBER(false);
}

/** Programs that open PKCS#12 want a certificate beside each key; until the real one is issued this stands in. */
export async function placeholderCertificate(pair: CryptoKeyPair, subject: Subject, at: Date): Promise<Certificate> {
  const certificate = new Certificate({
    version: 2,
    serialNumber: new Integer({ valueHex: randomSerial() }),
    issuer: nameOf(subject),
    subject: nameOf(subject),
    notBefore: new Time({ value: at }),
    notAfter: new Time({ value: new Date(at.getTime() + PLACEHOLDER_DAYS * 86_400_000) }),
    extensions: [notAnAuthority()],
  });
  await certificate.subjectPublicKeyInfo.importKey(pair.publicKey);
  await certificate.sign(pair.privateKey, "SHA-256");
  return certificate;
}

/** One attribute to a relative distinguished name; pkijs by itself would put them all into one, which strict readers refuse. */
function nameOf(subject: Subject): RelativeDistinguishedNames {
  const names = subject.map(([type, value]) => {
    const text = PRINTABLE.has(type) ? new PrintableString({ value }) : new Utf8String({ value });
    return new SetOf({ value: [new Sequence({ value: [new ObjectIdentifier({ value: type }), text] })] });
  });
  return RelativeDistinguishedNames.fromBER(new Sequence({ value: names }).toBER(false));
}

function notAnAuthority(): Extension {
  const extnValue = new BasicConstraints({ cA: false }).toSchema().toBER(false);
  return new Extension({ extnID: BASIC_CONSTRAINTS, critical: true, extnValue });
}

function randomSerial(): ArrayBuffer {
  const serial = crypto.getRandomValues(new Uint8Array(16));
  serial[0] = (serial[0]! & 0x3f) | 0x40; // positive, and never a leading zero
  return serial.buffer;
}
