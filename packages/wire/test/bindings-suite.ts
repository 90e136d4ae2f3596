import { describe, expect, test } from 'vitest';
import { type Asked, everyKind, type Kind, oddKinds, twice } from './bindings-kinds.js';
import { type Comparable, expectedAnswer, type Seen } from './bindings-neutral.js';
import { type Row, someRows } from './bindings-rows.js';
import { type Answers, ask, changingHandler } from './bindings-run.js';
import type { BindingsWorld, WorldOptions } from './bindings-world.js';
import { comparable, type RawRequest, send } from './raw.js';
import type { RunningServer, StartServer } from './servers.js';

/** A path as the URL standard has it: without dot segments, and with slashes for backslashes. A `Request` knows no other. */
export const asUrl: Seen = (target) => {
  const { pathname, search } = new URL(target.replace(/^(?=\/)/, 'http://app.example'));
  return pathname + search;
};

/** The answer on a connection of its own. @throws Error where none comes: whoever waits says for what */
async function answerOf(url: string, request: RawRequest): Promise<Comparable> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer to ${JSON.stringify(request)}`)), 10_000);
  try {
    return comparable(await Promise.race([send(url, request), late]));
  } finally {
    clearTimeout(timer);
  }
}

/** One request after the other, each on a connection of its own, to whatever world is asked. */
export async function askServer(
  start: (handler: BindingsWorld['handler']) => Promise<RunningServer>,
  asks: (row: Row) => readonly Kind[],
  { mountPath = '', ...options }: WorldOptions & { readonly mountPath?: string } = {},
): Promise<Answers<Comparable>> {
  const { handler, serve } = changingHandler();
  const server = await start(handler);
  const answerTo = async ({ request }: Asked, world: BindingsWorld): Promise<Comparable> => {
    serve(world);
    const target = request.target.replace(/^(http:\/\/[^/]*)?/, (origin) => origin + mountPath);
    return answerOf(server.url, { ...request, target });
  };
  try {
    return await ask(asks, answerTo, options);
  } finally {
    await server.close();
  }
}

/** What the handler itself answers, at a server that sees request targets like this. */
export const askHandler = (
  asks: (row: Row) => readonly Kind[],
  seen?: Seen,
  options?: WorldOptions,
): Promise<Answers<Comparable>> => ask(asks, (asked, { handler }) => expectedAnswer(handler, asked, seen), options);

/** The answers of these that differ, by name; so a failure shows them and not thousands that are right. */
export function differing(answers: Answers<Comparable>, expected: Answers<Comparable>) {
  const names = new Set([...Object.keys(answers), ...Object.keys(expected)]);
  const different = [...names].filter((name) => JSON.stringify(answers[name]) !== JSON.stringify(expected[name]));
  return Object.fromEntries(different.map((name) => [name, { is: answers[name], shouldBe: expected[name] }]));
}

/** Some rows, in every way. */
export const ofSome = ({ name }: Row): readonly Kind[] => (someRows.has(name) ? [...everyKind, ...oddKinds] : []);
/** Every row, and some in every way. */
export const ofEvery = ({ name }: Row): readonly Kind[] =>
  someRows.has(name) ? [...everyKind, ...oddKinds] : everyKind;

/** One request of each sort, and then none for seven seconds. */
export const oneEach: WorldOptions = {
  limits: { ip: { capacity: 1, refillMs: 7_000 }, service: { capacity: 1, refillMs: 7_000 } },
};

const mountPath = '/mounted';
const patient = { timeout: 120_000 };

/** A binding, and what the server in front of it makes of request targets. */
export interface Binding {
  readonly name: string;
  readonly start: StartServer;
  readonly seen?: Seen;
  /** The same below a path. */
  readonly seenBelow?: Seen;
}

/** Every answer of a binding is the handler's, byte for byte: status line, headers, length and body. */
export function testBinding({ name, start, seen, seenBelow = seen }: Binding): void {
  describe(`${name}: the answers are the handler’s, byte for byte`, () => {
    test('at the root, of every row', patient, async () => {
      expect(differing(await askServer(start, ofEvery), await askHandler(ofEvery, seen))).toEqual({});
    });

    test('below a path', patient, async () => {
      const mounted: StartServer = (handler) => start(handler, { mountPath });
      const answers = await askServer(mounted, ofSome, { mountPath });
      expect(differing(answers, await askHandler(ofSome, seenBelow))).toEqual({});
    });

    test('over a limit', patient, async () => {
      const answers = await askServer(start, () => twice, oneEach);
      expect(differing(answers, await askHandler(() => twice, seen, oneEach))).toEqual({});
      expect(answers['native.beginReset, once more']).toMatchObject({
        statusLine: 'HTTP/1.1 429 Too Many Requests',
        headers: expect.arrayContaining(['retry-after: 7']),
      });
    });
  });
}
