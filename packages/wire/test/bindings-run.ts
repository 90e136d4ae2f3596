import type { Handler } from '@pwreset/http';
import type { Asked, Kind } from './bindings-kinds.js';
import { type Row, rowsOf } from './bindings-rows.js';
import { type BindingsWorld, createBindingsWorld, type WorldOptions } from './bindings-world.js';

/** A handler that a server can keep while the worlds behind it come and go. */
export function changingHandler() {
  let current: Handler | null = null;
  const serving = (): Handler => {
    if (current === null) throw new Error('no world is there');
    return current;
  };
  const handler: Handler = Object.assign((request: Parameters<Handler>[0]) => serving()(request), {
    owns: (path: string) => serving().owns(path),
  });
  return {
    handler,
    serve(world: Pick<BindingsWorld, 'handler'>): void {
      current = world.handler;
    },
  };
}

/** By the names of the row and of the kind. */
export type Answers<Answer> = Readonly<Record<string, Answer>>;

/** Each row in a new world, asked in each of these ways. */
export async function ask<Answer>(
  asks: (row: Row) => readonly Kind[],
  answerTo: (asked: Asked, world: BindingsWorld, kind: Kind) => Promise<Answer>,
  options: WorldOptions = {},
): Promise<Answers<Answer>> {
  const answers: [string, Answer][] = [];
  const { dialects } = await createBindingsWorld();
  for (const row of rowsOf({ dialects })) {
    const kinds = asks(row);
    if (kinds.length === 0) continue;
    const world = await createBindingsWorld(options);
    for (const [number, kind] of kinds.entries()) {
      // So that no answer depends on what became of those before.
      world.random.reseed(number + 1);
      const asked = kind.ask(row, await row.prepare(world));
      if (asked === null) continue;
      kind.before?.(world);
      answers.push([`${row.name}, ${kind.name}`, await answerTo(asked, world, kind)]);
    }
    await world.pwreset.close();
  }
  return Object.fromEntries(answers);
}
