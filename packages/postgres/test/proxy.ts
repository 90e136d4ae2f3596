import { once } from 'node:events';
import { createServer, connect as dial, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { asks, endsAnswer, Frames, Statements } from './frames.js';

/**
 * What becomes of a statement's connection. `at: 'statement'`: before the server gets it; `at: 'answer'`: when the server has
 * carried it out, after `passing` bytes of its answer. `cut` ends both sides; in a `hole` both stay open, and nothing passes
 * any more.
 */
export interface Fate {
  readonly does: 'cut' | 'hole';
  readonly at: 'statement' | 'answer';
  readonly passing?: number;
}

export interface Proxy {
  /** The server's address by way of the proxy. */
  readonly url: string;
  /** Lets `fate` befall the next statement whose text matches; resolves when it does. */
  next(match: RegExp, fate: Fate): Promise<void>;
  /** Keeps the next statement whose text matches from the server until the function is called that this resolves with. */
  hold(match: RegExp): Promise<() => void>;
  /** How often a client asked something and waited. What is sent before the answer came is one round trip with it. */
  roundTrips(): number;
  /** The statements that clients had carried out, in order. */
  statements(): readonly string[];
  /** Forgets what was counted. */
  reset(): void;
  /** From now on connections are refused, and those that are open end. */
  down(): Promise<void>;
  up(): Promise<void>;
}

interface Rule {
  readonly match: RegExp;
  readonly fate: Fate | 'hold';
  readonly struck: (release: () => void) => void;
}

/** What all connections share. */
interface Switchboard {
  rule: Rule | null;
  trips: number;
  statements: string[];
}

class Line {
  readonly #fromClient = new Frames(true);
  readonly #fromServer = new Frames(false);
  readonly #statements = new Statements();
  /** Answers that the server owes. */
  #owed = 0;
  /** What waits for an answer of the server, and the number of answers before it. */
  #doomed: { readonly fate: Fate; readonly strike: () => void; before: number; held: Buffer[] } | null = null;
  #inHole = false;
  #waiting: Buffer[] | null = null;

  constructor(
    private readonly client: Socket,
    private readonly server: Socket,
    private readonly board: Switchboard,
  ) {
    client.on('data', (chunk) => this.#asked(chunk));
    server.on('data', (chunk) => this.#answered(chunk));
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      // A hole tells neither side that the other one has gone.
      socket.on('error', () => this.#inHole || this.end());
      socket.on('close', () => this.#inHole || this.end());
    }
  }

  end(): void {
    this.client.destroy();
    this.server.destroy();
  }

  #asked(chunk: Buffer): void {
    for (const frame of this.#fromClient.take(chunk)) {
      const mention = this.#statements.in(frame);
      if (mention !== null && this.board.rule?.match.test(mention.sql)) this.#strike(this.board.rule);
      if (this.#inHole || this.client.destroyed) return;
      if (mention?.runs === true) this.board.statements.push(mention.sql);
      if (asks(frame)) {
        if (this.#owed === 0) this.board.trips += 1;
        this.#owed += 1;
      }
      if (this.#waiting === null) this.server.write(frame.bytes);
      else this.#waiting.push(frame.bytes);
    }
  }

  #strike({ fate, struck }: Rule): void {
    this.board.rule = null;
    if (fate === 'hold') {
      this.#waiting = [];
      struck(() => {
        const waiting = this.#waiting ?? [];
        this.#waiting = null;
        for (const bytes of waiting) this.server.write(bytes);
      });
    } else if (fate.at === 'answer') {
      this.#doomed = { fate, strike: () => struck(() => undefined), before: this.#owed, held: [] };
    } else {
      this.#befall(fate);
      struck(() => undefined);
    }
  }

  #befall(fate: Fate): void {
    if (fate.does === 'cut') this.end();
    else this.#inHole = true;
  }

  #answered(chunk: Buffer): void {
    for (const frame of this.#fromServer.take(chunk)) {
      if (this.#inHole) return;
      const doomed = this.#doomed;
      if (doomed !== null && doomed.before === 0) {
        doomed.held.push(frame.bytes);
        if (endsAnswer(frame)) {
          const passing = Buffer.concat(doomed.held).subarray(0, doomed.fate.passing ?? 0);
          this.client.write(passing, () => this.#befall(doomed.fate));
          doomed.strike();
          return;
        }
      } else {
        this.client.write(frame.bytes);
      }
      if (!endsAnswer(frame) || this.#owed === 0) continue;
      this.#owed -= 1;
      if (doomed !== null) doomed.before -= 1;
    }
  }
}

/** A proxy on the loopback before the server at `url`, for the length of the test. */
export async function startProxy(url: string): Promise<Proxy> {
  const board: Switchboard = { rule: null, trips: 0, statements: [] };
  const lines = new Set<Line>();
  const target = new URL(url);
  const listener = createServer((client) => {
    const server = dial(Number(target.port), target.hostname);
    const line = new Line(client, server, board);
    lines.add(line);
    server.on('close', () => lines.delete(line));
  });
  const listen = async (port: number): Promise<number> => {
    listener.listen(port, '127.0.0.1');
    await once(listener, 'listening');
    const address = listener.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
    return address.port;
  };
  const down = async (): Promise<void> => {
    const closed = once(listener, 'close');
    listener.close();
    for (const line of lines) line.end();
    await closed;
  };
  const port = await listen(0);
  onTestFinished(async () => {
    if (listener.listening) await down();
    else for (const line of lines) line.end();
  });
  const through = new URL(url);
  through.host = `127.0.0.1:${port}`;
  const arm = (match: RegExp, fate: Rule['fate']): Promise<() => void> =>
    new Promise((resolve) => {
      board.rule = { match, fate, struck: resolve };
    });
  return {
    url: through.href,
    next: async (match, fate) => void (await arm(match, fate)),
    hold: (match) => arm(match, 'hold'),
    roundTrips: () => board.trips,
    statements: () => board.statements,
    reset() {
      board.trips = 0;
      board.statements = [];
    },
    down,
    async up() {
      await listen(port);
    },
  };
}
