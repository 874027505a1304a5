/**
 * Entry of scan.js: the camera looks for a QR of this portal. Typing the code works without any of this; the reader loads
 * when the person asks for the camera. Contract: browser/README.md, scan.js.
 */
import { all, hideCases, must, show, showCase, takeOver } from "./page";

type Read = (picture: ImageData) => Promise<string[]>;

interface NativeReader {
  detect(picture: ImageData): Promise<{ rawValue: string }[]>;
}

interface NativeReaderClass {
  new (options: { formats: string[] }): NativeReader;
  getSupportedFormats(): Promise<string[]>;
}

const LARGEST_SIDE = 800; // enough for a version 6 QR; twice as much takes an old phone four times as long
const PAUSE = 100;

class Scanner {
  private stream: MediaStream | null = null;
  private starting = false;

  constructor(private readonly root: HTMLElement) {
    takeOver(root);
    show(all(root, "[data-start]"), true);
    must(root, "[data-start]").addEventListener("click", () => void this.start());
    for (const button of all(root, "[data-stop]")) button.addEventListener("click", () => this.stop());
    window.addEventListener("pagehide", () => this.stop());
    document.addEventListener("visibilitychange", () => document.hidden && this.stop());
  }

  private async start(): Promise<void> {
    if (this.starting || this.stream) return;
    this.starting = true;
    hideCases(this.root);
    try {
      const [stream, read] = await Promise.all([camera().then((opened) => (this.stream = opened)), reader()]);
      await this.look(stream, read);
    } catch (problem) {
      this.stop();
      showCase(this.root, caseOf(problem));
    } finally {
      this.starting = false;
    }
  }

  private async look(stream: MediaStream, read: Read): Promise<void> {
    const video = must<HTMLVideoElement>(this.root, "[data-camera]");
    this.showLooking(true);
    video.srcObject = stream;
    await video.play();
    while (this.stream === stream) {
      const picture = pictureOf(video);
      const texts = picture ? await read(picture) : [];
      if (this.stream === stream && this.take(texts)) return;
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }

  /** Ours leads on; another's is named and the camera goes on looking. */
  private take(texts: string[]): boolean {
    const token = texts.map((text) => tokenOf(text, this.root.dataset["path"] ?? "/d/")).find(Boolean);
    if (!token) {
      if (texts.length > 0 && all(this.root, '[data-case="foreign-code"]').some((element) => element.hidden)) showCase(this.root, "foreign-code");
      return false;
    }
    this.stop();
    hideCases(this.root);
    const form = must<HTMLFormElement>(this.root, "form[data-found]");
    must<HTMLInputElement>(form, 'input[name="token"]').value = token;
    navigator.vibrate?.(40);
    form.requestSubmit();
    return true;
  }

  private stop(): void {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    must<HTMLVideoElement>(this.root, "[data-camera]").srcObject = null;
    this.showLooking(false);
  }

  private showLooking(looking: boolean): void {
    show(all(this.root, "[data-looking], [data-stop]"), looking);
    show(all(this.root, "[data-start]"), !looking);
  }
}

async function camera(): Promise<MediaStream> {
  if (!navigator.mediaDevices?.getUserMedia) throw new DOMException("no camera interface", "NotSupportedError");
  return navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: "environment", width: { ideal: 1280 } } });
}

async function reader(): Promise<Read> {
  const native = await nativeReader();
  if (native) return async (picture) => (await native.detect(picture)).map((code) => code.rawValue);
  return (await import("./reader")).loadReader();
}

/** Android's Chrome reads QR codes itself: 400 kB less over a slow line. */
async function nativeReader(): Promise<NativeReader | null> {
  const Reader = (window as { BarcodeDetector?: NativeReaderClass }).BarcodeDetector;
  const formats = (await Reader?.getSupportedFormats().catch(() => [])) ?? [];
  return Reader && formats.includes("qr_code") ? new Reader({ formats: ["qr_code"] }) : null;
}

const canvas = document.createElement("canvas");

function pictureOf(video: HTMLVideoElement): ImageData | null {
  const scale = Math.min(1, LARGEST_SIDE / Math.max(video.videoWidth, video.videoHeight));
  const [width, height] = [Math.round(video.videoWidth * scale), Math.round(video.videoHeight * scale)];
  if (!width || !height) return null;
  Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context?.drawImage(video, 0, 0, width, height);
  return context?.getImageData(0, 0, width, height) ?? null;
}

/** `HTTPS://HOST/D/TOKEN`: capitals make the QR smaller, so letter case means nothing before the token. */
function tokenOf(text: string, path: string): string | null {
  try {
    const url = new URL(text);
    const token = url.pathname.slice(path.length).replace(/\/$/, "");
    const ours = url.origin === location.origin && url.pathname.toLowerCase().startsWith(path.toLowerCase());
    return ours && /^[\w-]{8,128}$/.test(token) ? token : null;
  } catch {
    return null;
  }
}

function caseOf(problem: unknown): string {
  const name = problem instanceof DOMException ? problem.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "camera-refused";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "no-camera";
  if (name === "NotReadableError" || name === "AbortError") return "camera-busy";
  return name === "NotSupportedError" ? "unsupported" : "failed";
}

all(document, "[data-scan]").forEach((root) => new Scanner(root));
