/** One message of PostgreSQL's protocol. */
export interface Frame {
  /** Its letter; empty for the one that opens a connection. */
  readonly type: string;
  readonly bytes: Buffer;
}

/** Puts a stream of bytes together into messages. */
export class Frames {
  #rest = Buffer.alloc(0);

  /** `opening`: the first message has no letter. */
  constructor(private opening: boolean) {}

  take(chunk: Buffer): readonly Frame[] {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    const frames: Frame[] = [];
    for (;;) {
      const letter = this.opening ? 0 : 1;
      if (this.#rest.length < letter + 4) return frames;
      const length = letter + this.#rest.readInt32BE(letter);
      if (this.#rest.length < length) return frames;
      const type = this.opening ? '' : this.#rest.toString('latin1', 0, 1);
      frames.push({ type, bytes: this.#rest.subarray(0, length) });
      this.#rest = this.#rest.subarray(length);
      this.opening = false;
    }
  }
}

const texts = ({ bytes }: Frame): readonly string[] => bytes.toString('utf8', 5).split('\0');

/** What a message says about a statement. */
export interface Mention {
  readonly sql: string;
  /** Whether the message has it carried out; a statement with a name is first made known to the server. */
  readonly runs: boolean;
}

/** Knows which text each prepared statement of a connection has. */
export class Statements {
  readonly #named = new Map<string, string>();

  in(frame: Frame): Mention | null {
    const [first = '', second = ''] = texts(frame);
    switch (frame.type) {
      case 'Q':
        return { sql: first, runs: true };
      case 'P':
        this.#named.set(first, second);
        return { sql: second, runs: false };
      case 'B':
        return { sql: this.#named.get(second) ?? '', runs: true };
      default:
        return null;
    }
  }
}

/** Whether the server owes an answer after this message of a client. */
export const asks = ({ type }: Frame): boolean => type === 'S' || type === 'Q';

/** Whether an answer ends with this message of the server. */
export const endsAnswer = ({ type }: Frame): boolean => type === 'Z';
