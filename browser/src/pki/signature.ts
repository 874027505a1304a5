/** Detached signatures: CMS (RFC 5652) with the signed attributes of CAdES-BES (ETSI EN 319 122-1). */
import { Constructed, ObjectIdentifier, OctetString, Sequence, UTCTime, type BaseBlock } from "asn1js";
import {
  Attribute,
  Certificate,
  ContentInfo,
  EncapsulatedContentInfo,
  IssuerAndSerialNumber,
  SignedAndUnsignedAttributes,
  SignedData,
  SignerInfo,
} from "pkijs";
import { sha256 } from "../bytes";

const DATA = "1.2.840.113549.1.7.1";
const SIGNED_DATA = "1.2.840.113549.1.7.2";
const CONTENT_TYPE = "1.2.840.113549.1.9.3";
const MESSAGE_DIGEST = "1.2.840.113549.1.9.4";
const SIGNING_TIME = "1.2.840.113549.1.9.5";
const SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47";

export interface SigningKey {
  key: CryptoKey;
  certificate: Certificate;
  /** Other certificates of the path; those that issued themselves are left out. */
  chain: Certificate[];
}

export async function signDetached(content: ArrayBuffer, by: SigningKey, at: Date): Promise<ArrayBuffer> {
  const attributes = inOrder([
    new Attribute({ type: CONTENT_TYPE, values: [new ObjectIdentifier({ value: DATA })] }),
    new Attribute({ type: SIGNING_TIME, values: [new UTCTime({ valueDate: at })] }),
    new Attribute({ type: MESSAGE_DIGEST, values: [new OctetString({ valueHex: await sha256(content) })] }),
    new Attribute({ type: SIGNING_CERTIFICATE_V2, values: [await signingCertificate(by.certificate)] }),
  ]);
  const signed = new SignedData({
    version: 1,
    encapContentInfo: new EncapsulatedContentInfo({ eContentType: DATA }),
    signerInfos: [
      new SignerInfo({
        version: 1,
        sid: new IssuerAndSerialNumber({ issuer: by.certificate.issuer, serialNumber: by.certificate.serialNumber }),
        signedAttrs: new SignedAndUnsignedAttributes({ type: 0, attributes }),
      }),
    ],
    certificates: [by.certificate, ...by.chain.filter((one) => !isSelfIssued(one))],
  });
  await signed.sign(by.key, 0, "SHA-256", content);
  return new ContentInfo({ contentType: SIGNED_DATA, content: signed.toSchema(true) }).toSchema().toBER(false);
}

/** ESSCertIDv2 (RFC 5035): binds the signature to this very certificate; SHA-256 is the default and left out. */
async function signingCertificate(certificate: Certificate): Promise<BaseBlock> {
  const digest = new OctetString({ valueHex: await sha256(certificate.toSchema().toBER(false)) });
  const directoryName = new Constructed({ idBlock: { tagClass: 3, tagNumber: 4 }, value: [certificate.issuer.toSchema()] });
  const issuerSerial = new Sequence({ value: [new Sequence({ value: [directoryName] }), certificate.serialNumber] });
  const certId = new Sequence({ value: [digest, issuerSerial] });
  return new Sequence({ value: [new Sequence({ value: [certId] })] });
}

/** DER wants the members of a SET in the order of their bytes (X.690 §11.6); strict verifiers encode them again. */
function inOrder(attributes: Attribute[]): Attribute[] {
  const bytesOf = (attribute: Attribute) => new Uint8Array(attribute.toSchema().toBER(false));
  return attributes.map((attribute) => ({ attribute, bytes: bytesOf(attribute) })).sort(byBytes).map(({ attribute }) => attribute);
}

function byBytes({ bytes: a }: { bytes: Uint8Array }, { bytes: b }: { bytes: Uint8Array }): number {
  const differs = a.findIndex((byte, index) => byte !== b[index]);
  return differs < 0 ? a.length - b.length : a[differs]! - (b[differs] ?? -1);
}

function isSelfIssued(certificate: Certificate): boolean {
  return certificate.issuer.isEqual(certificate.subject);
}
