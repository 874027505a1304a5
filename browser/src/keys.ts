/** Entry of keys.js: the order and the installation of certificates. Contracts: browser/README.md. */
import { startInstall } from "./install";
import { startOrder } from "./order";
import { all } from "./page";

const pki = import("./pki"); // on its way while the person reads
pki.catch(() => undefined); // said when it is needed

all<HTMLFormElement>(document, "form[data-keys]").forEach((form) => startOrder(form, pki));
all<HTMLFormElement>(document, "form[data-install]").forEach((form) => startInstall(form, pki));
