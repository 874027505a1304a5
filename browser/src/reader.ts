/** Reading QR codes from pictures: the browser's own reader where it has one, else zxing compiled to WebAssembly from our own host. */
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import wasm from "zxing-wasm/reader/zxing_reader.wasm";

/** Without this the library would ask a foreign host for the file. */
const address = new URL(wasm, import.meta.url).href;

export async function loadReader(): Promise<(picture: ImageData) => Promise<string[]>> {
  await prepareZXingModule({ overrides: { locateFile: () => address }, fireImmediately: true });
  return async (picture) => {
    const found = await readBarcodes(picture, { formats: ["QRCode"], tryHarder: true, maxNumberOfSymbols: 4 });
    return found.filter((code) => code.isValid).map((code) => code.text);
  };
}
