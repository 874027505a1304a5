/** What a page needs to know of a certificate: whose, until when, for what. Whether it is trusted, the server decides. */
import { BasicConstraints, Certificate, ExtKeyUsage } from "pkijs";

export type Purpose = "auth" | "sign";

export interface Wanted {
  purpose: Purpose;
  /** A further extended key usage that must be there (an operator's role). */
  role?: string | undefined;
}

const EXTENDED_KEY_USAGE = "2.5.29.37";
const BASIC_CONSTRAINTS = "2.5.29.19";
const COMMON_NAME = "2.5.4.3";
const ORGANISATION = "2.5.4.10";
const USAGE_OF: Record<Purpose, string> = {
  auth: "1.3.6.1.5.5.7.3.2", // clientAuth
  sign: "1.3.6.1.5.5.7.3.4", // emailProtection
};

export function readCertificate(der: ArrayBuffer): Certificate {
  return Certificate.fromBER(der);
}

/** A certificate that names no usage serves no purpose here: our placeholders are such. */
export function fits(certificate: Certificate, wanted: Wanted): boolean {
  const usages = usagesOf(certificate);
  return usages.includes(USAGE_OF[wanted.purpose]) && (!wanted.role || usages.includes(wanted.role));
}

function usagesOf(certificate: Certificate): string[] {
  const extension = certificate.extensions?.find((one) => one.extnID === EXTENDED_KEY_USAGE);
  return extension?.parsedValue instanceof ExtKeyUsage ? extension.parsedValue.keyPurposes : [];
}

/** Certificates of authorities in a key file are its path; other people's or older ones do not go with a signature. */
export function isAuthority(certificate: Certificate): boolean {
  const extension = certificate.extensions?.find((one) => one.extnID === BASIC_CONSTRAINTS);
  return extension?.parsedValue instanceof BasicConstraints && extension.parsedValue.cA;
}

export type Validity = "valid" | "expired" | "not-yet-valid";

export function validityOf(certificate: Certificate, at: Date): Validity {
  if (at > certificate.notAfter.value) return "expired";
  return at < certificate.notBefore.value ? "not-yet-valid" : "valid";
}

/** The person, and the organisation they act for with it. */
export function ownerOf(certificate: Certificate): string {
  return [COMMON_NAME, ORGANISATION].map((type) => named(certificate, type)).filter(Boolean).join(", ");
}

function named(certificate: Certificate, type: string): string {
  const name = certificate.subject.typesAndValues.find((one) => one.type === type);
  return name ? String(name.value.valueBlock.value) : "";
}
