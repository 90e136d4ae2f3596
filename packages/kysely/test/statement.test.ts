import fc from 'fast-check';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { sqliteDialect } from '../src/dialect.js';
import { statement, statementsBy } from '../src/statement.js';

const { db } = sqliteDialect();

test('slots are filled by name, in the order of the text, as often as they stand in it', () => {
  const find = statement<{ now: number; id: string }>((slot) =>
    db
      .selectFrom('pwreset_jobs')
      .select('id')
      .where('id', '=', slot('id'))
      .where('due_at', '<=', slot.number('now'))
      .where('expires_at', '>', slot.number('now'))
      .where('kind', '=', sql.lit('mail')),
  );
  const { sql: text, values } = find({ now: 7, id: 'a' });
  expect(text).toBe(
    'select "id" from "pwreset_jobs" where "id" = +? and "due_at" <= +? and "expires_at" > +? and "kind" = \'mail\'',
  );
  expect(values).toEqual(['a', 7, 7]);
});

test('a statement is compiled at its first use and never again', () => {
  let built = 0;
  const find = statement<{ id: string }>((slot) => {
    built += 1;
    return db.deleteFrom('pwreset_users').where('id', '=', slot('id'));
  });
  expect(built).toBe(0);
  const texts = ['a', 'b', 'c'].map((id) => find({ id }));
  expect(built).toBe(1);
  expect(texts.map(({ values }) => values)).toEqual([['a'], ['b'], ['c']]);
});

test('a value that is none of its slots is refused: it would stay the same for every use', () => {
  const find = statement<{ id: string }>(() => db.deleteFrom('pwreset_users').where('id', '=', 'a'));
  expect(() => find({ id: 'b' })).toThrow(/constant/);
});

test('and so is each shape of one that has several', () => {
  const built: number[] = [];
  const find = statementsBy<{ id: string }, number>((limit, slot) => {
    built.push(limit);
    return db.selectFrom('pwreset_users').select('id').where('id', '>', slot('id')).limit(sql.lit(limit));
  });
  for (const limit of [1, 2, 1, 2, 1]) expect(find(limit)({ id: 'a' }).sql).toMatch(new RegExp(` limit ${limit}$`));
  expect(built).toEqual([1, 2]);
});

const remove = statement<{ id: string }>((slot) => db.deleteFrom('pwreset_users').where('id', '=', slot('id')));

test.each([['a\u0000'], ['\ud83d'], ['\udd11x']])('%j is refused by name', (id) => {
  expect(() => remove({ id })).toThrow(TypeError);
  expect(() => remove({ id })).toThrow(/^id holds/);
});

test.each([[undefined], [Number.NaN], [true], [{}], [Number.POSITIVE_INFINITY]])('%j is refused by name', (id) => {
  expect(() => Reflect.apply(remove, null, [{ id }])).toThrow(/^id must be/);
});

test('all other text passes as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (id) => {
      fc.pre(id.isWellFormed() && !id.includes('\0'));
      expect(remove({ id }).values).toEqual([id]);
    }),
  );
});
