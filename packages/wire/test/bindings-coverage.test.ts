import { expect, test } from 'vitest';
import { everyKind, goodKinds, twice } from './bindings-kinds.js';
import { readsBody, rowsOf } from './bindings-rows.js';
import { askHandler, oneEach } from './bindings-suite.js';
import { createBindingsWorld } from './bindings-world.js';

const [asked, limited] = [await askHandler(() => everyKind), await askHandler(() => twice, undefined, oneEach)];
const { dialects } = await createBindingsWorld();

/** The statuses of all answers of a row. */
function statusesOf(row: string): ReadonlySet<number> {
  const own = [...Object.entries(asked), ...Object.entries(limited)].filter(([name]) => name.startsWith(`${row}, `));
  return new Set(own.map(([, { statusLine }]) => Number(statusLine.split(' ')[1])));
}

/** Which say nothing that could fail. */
const constant = new Set(['native.findChangePasswordPage', 'openapi.document']);
/** What services do with users and keys, and whom nobody could be by guessing, has no limit. */
const unlimited = /^(?:sso\.(?:\w+User|\w+Key)|profile\.getProfile)$/;

test.each(rowsOf({ dialects }).map((row) => [row.name, row] as const))(
  'the suite meets every kind of answer of %s',
  (name, row) => {
    const declared = dialects.flatMap(({ name: dialect, routes }) =>
      routes.filter(({ docs }) => `${dialect}.${docs?.operation}` === name).map(({ status }) => status),
    );
    const isProfile = name.startsWith('profile.');
    expect([...statusesOf(name)]).toEqual(
      expect.arrayContaining([
        ...(declared.length > 0 ? declared : [200]),
        ...(readsBody(row) ? [400, 413, 415] : []),
        ...(row.scheme === 'anyone' ? [] : [isProfile ? 403 : 401]),
        ...(constant.has(name) ? [] : [503]),
        ...(constant.has(name) || unlimited.test(name) ? [] : [429]),
        204,
        404,
        405,
      ]),
    );
  },
);

test('two worlds that are asked the same answer the same', async () => {
  expect(asked).toMatchObject(await askHandler(() => goodKinds));
});
