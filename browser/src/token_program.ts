/** senim-token on this computer: JSON over a WebSocket on the loopback interface (docs/senim-token.md). */

/** Why something was not done: a state of the protocol, or one of ours; pages have the words as `data-case`. */
export class NotDone extends Error {
  constructor(readonly state: string) {
    super(state);
  }
}

export interface Token {
  token: string;
  label: string;
  maker: string;
  state: string;
}

export interface Made {
  request: string;
  fingerprint: string;
}

interface Answer {
  id?: number;
  program?: string;
  done?: unknown;
  not_done?: string;
}

/** Chrome's names of the permission to reach programs of this computer, the newest first. */
const PERMISSIONS = ["loopback-network", "local-network-access"];

/** One conversation; closing it closes the program's window. */
export class TokenProgram {
  private waiting: { resolve: (answer: Answer) => void; reject: (problem: NotDone) => void } | null = null;
  private asked = 0;

  private constructor(private readonly socket: WebSocket) {
    socket.addEventListener("message", (event) => this.take(JSON.parse(String(event.data)) as Answer));
    socket.addEventListener("close", () => this.waiting?.reject(new NotDone("program-away")));
  }

  /** The browser may ask the person for permission meanwhile; that takes as long as it takes. */
  static async open(address: string): Promise<TokenProgram> {
    const program = new TokenProgram(socketTo(address));
    try {
      const greeting = await program.answer();
      if (greeting.program !== "senim-token") throw new NotDone("program-away");
      return program;
    } catch {
      program.close();
      throw new NotDone((await isDenied()) ? "permission-denied" : "program-away");
    }
  }

  async tokens(): Promise<Token[]> {
    return (await this.ask<{ tokens: Token[] }>("tokens", {})).tokens;
  }

  async makeKeys(token: string, name: string, iin: string): Promise<Record<"sign" | "auth", Made>> {
    return this.ask("make_keys", { token, name, iin });
  }

  async write(token: string, certificates: string[]): Promise<void> {
    await this.ask("write", { token, certificates });
  }

  async certificates(token: string): Promise<string[]> {
    return (await this.ask<{ certificates: string[] }>("certificates", { token })).certificates;
  }

  async sign(token: string, certificate: string, content: string): Promise<string> {
    return (await this.ask<{ signature: string }>("sign", { token, certificate, content })).signature;
  }

  close(): void {
    this.socket.close();
  }

  private async ask<T>(what: string, said: object): Promise<T> {
    const answer = this.answer();
    this.socket.send(JSON.stringify({ ...said, id: (this.asked += 1), do: what, language: document.documentElement.lang }));
    const { not_done: state, done } = await answer;
    if (state !== undefined) throw new NotDone(state);
    return done as T;
  }

  private answer(): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
    });
  }

  private take(answer: Answer): void {
    const waiting = this.waiting;
    this.waiting = null;
    waiting?.resolve(answer);
  }
}

function socketTo(address: string): WebSocket {
  try {
    return new WebSocket(address);
  } catch {
    throw new NotDone("program-away"); // the page's policy, or a browser that knows no loopback without TLS
  }
}

/**
 * A connection that was not allowed looks like one that nobody answered; the permission tells them apart. A question that was
 * closed without an answer leaves it at "prompt". Pages of this computer itself need no permission.
 */
async function isDenied(): Promise<boolean> {
  for (const name of PERMISSIONS) {
    try {
      const { state } = await navigator.permissions.query({ name: name as PermissionName });
      return state === "denied" || (state === "prompt" && !onThisComputer());
    } catch {
      continue; // a browser that has no such permission
    }
  }
  return false;
}

function onThisComputer(): boolean {
  return /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(location.hostname);
}
