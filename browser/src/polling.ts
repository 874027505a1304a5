/** Asking the server again and again, while somebody looks at the page: hidden pages do not ask. */

export interface Question {
  url: string;
  /** Seconds between the answers. */
  every: number;
  /** A write (rotating a QR, a heartbeat) is asked by POST with this token; a read by GET. */
  csrfToken?: string | undefined;
  answered(answer: unknown): void;
  /** Signed out, closed, not ours, never there: asking stops. */
  gone(status: number): void;
  lost?(isLost: boolean): void;
}

export interface Polling {
  askNow(): void;
  stop(): void;
}

const TIMEOUT = 10_000;
const FAILURES_UNTIL_LOST = 3;

export function poll(question: Question): Polling {
  let timer = 0;
  let failures = 0;
  let asking = false;
  let stopped = false;

  async function ask(): Promise<void> {
    clearTimeout(timer);
    if (asking || stopped || document.hidden) return;
    asking = true;
    try {
      await take(await fetchAnswer(question));
    } catch {
      failures += 1;
      if (failures >= FAILURES_UNTIL_LOST) question.lost?.(true);
    } finally {
      asking = false;
      if (!stopped) timer = window.setTimeout(ask, question.every * 1000 * Math.min(8, 2 ** failures));
    }
  }

  async function take(response: Response): Promise<void> {
    if (stopped) return;
    if (isGone(response)) {
      stop();
      return question.gone(response.status);
    }
    if (!response.ok) throw new Error(String(response.status));
    const answer: unknown = await response.json();
    if (failures >= FAILURES_UNTIL_LOST) question.lost?.(false);
    failures = 0;
    if (!stopped) question.answered(answer);
  }

  function stop(): void {
    stopped = true;
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", ask);
  }

  document.addEventListener("visibilitychange", ask);
  void ask();
  return { askNow: () => void ask(), stop };
}

/** A redirect means that the session is over: the sign-in page is not an answer. */
function isGone(response: Response): boolean {
  return response.type === "opaqueredirect" || [401, 403, 404, 410].includes(response.status);
}

async function fetchAnswer(question: Question): Promise<Response> {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), TIMEOUT);
  try {
    return await fetch(question.url, {
      method: question.csrfToken ? "POST" : "GET",
      headers: { Accept: "application/json", ...(question.csrfToken ? { "X-CSRFToken": question.csrfToken } : {}) },
      cache: "no-store",
      redirect: "manual",
      signal: patience.signal,
    });
  } finally {
    clearTimeout(timer);
  }
}

export function secondsOf(element: HTMLElement, otherwise: number): number {
  return Number(element.dataset["every"]) || otherwise;
}
