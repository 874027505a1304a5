// What PKI.js on Node says of each certificate by the folder's revocation lists: {"<certificate>": "<its message, empty for none>"}.
// node verdicts.mjs FOLDER CERTIFICATE...
import { readFileSync } from "node:fs";
import { webcrypto } from "node:crypto";
import { join } from "node:path";
import * as pkijs from "pkijs";

pkijs.setEngine("node", new pkijs.CryptoEngine({ name: "node", crypto: webcrypto }));
const [folder, ...names] = process.argv.slice(2);

function certificate(name) {
  const text = readFileSync(join(folder, name), "ascii");
  const [, encoded] = /-----BEGIN CERTIFICATE-----([^-]+)-----END/.exec(text);
  return pkijs.Certificate.fromBER(Buffer.from(encoded, "base64"));
}

function list(name) {
  return pkijs.CertificateRevocationList.fromBER(readFileSync(join(folder, name)));
}

const said = {};
for (const name of names) {
  const engine = new pkijs.CertificateChainValidationEngine({
    trustedCerts: [certificate("root.pem")],
    certs: [certificate("issuing.pem"), certificate(name)],
    crls: [list("issuing.crl"), list("root.crl")],
    checkDate: new Date(),
  });
  const { result, resultMessage } = await engine.verify();
  said[name] = result ? "" : resultMessage;
}
console.log(JSON.stringify(said));
