/** The cryptography of keys.js and sign.js: one chunk, fetched while the person reads the page. */
import { CryptoEngine, setEngine } from "pkijs";

setEngine("browser", new CryptoEngine({ name: "browser", crypto }));

export * from "./certificates";
export * from "./file";
export * from "./keys";
export * from "./requests";
export * from "./signature";
