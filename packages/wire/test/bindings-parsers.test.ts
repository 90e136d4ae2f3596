import { parse, stringify } from 'node:querystring';
import express from 'express';
import express4 from 'express4';
import type { MiddlewareHandler } from 'hono';
import { expect, test } from 'vitest';
import { type Asked, bodyKinds, goodKinds, type Kind, methodKinds } from './bindings-kinds.js';
import { type Comparable, expectedAnswer } from './bindings-neutral.js';
import { expressWithParsers, honoWith, type Order } from './bindings-parsers.js';
import { type Row, someRows } from './bindings-rows.js';
import { ask } from './bindings-run.js';
import { askServer, differing } from './bindings-suite.js';

/** All but a body that never comes: for that a parser waits. */
const kinds = [...goodKinds, ...bodyKinds, ...methodKinds].filter(({ name }) => name !== 'too large, and not sent');
const asks = ({ name }: Row): readonly Kind[] => (someRows.has(name) ? kinds : []);

const patient = { timeout: 120_000 };
const mounts = ['', '/mounted'] as const;

/** What a parser makes of a body that the handler would refuse: the last of two names, � for what is no UTF-8, and so on. */
function understood({ request, content }: Asked): Asked {
  const { headers = [], body = '' } = request;
  const sent = content ?? Buffer.from(body);
  const has = (header: string): boolean => headers.some(([, value]) => value === header);
  const text = Buffer.from(sent)
    .toString()
    .replace(/^\uFEFF/, '');
  const isForm = has('application/x-www-form-urlencoded');
  return {
    request: {
      ...request,
      headers: headers.filter(([name]) => !/encoding/i.test(name)),
      body: isForm ? stringify(parse(text)) : JSON.stringify(JSON.parse(text)),
    },
  };
}

/** What comes of each kind that a parser in front changes: an answer of its own, or what it understood. */
type Changes = Readonly<Record<string, Comparable | 'understood'>>;

const answersBehind = (changes: Changes) =>
  ask(asks, async (asked, { handler }, { name }) => {
    const change = changes[name];
    if (typeof change === 'object') return change;
    return expectedAnswer(handler, change === undefined ? asked : understood(asked));
  });

/** What the application says of an error of a parser, which never reaches the handler. */
const refusedBefore = (statusLine: string, type: string): Comparable => ({
  statusLine: `HTTP/1.1 ${statusLine}`,
  headers: [`content-length: ${type.length}`],
  body: type,
});

const unreadable = refusedBefore('400 Bad Request', 'entity.parse.failed');

/** As the README of `@pwreset/express` warns: mount the handler before the parsers. */
const behindExpress: Changes = {
  'JSON that breaks off': unreadable,
  'JSON with something behind': unreadable,
  null: unreadable,
  'a text': unreadable,
  'Content-Type: application/json; charset=utf-16': unreadable,
  'Content-Type: application/json; charset=iso-8859-1': refusedBefore(
    '415 Unsupported Media Type',
    'charset.unsupported',
  ),
  'compressed by nothing known': refusedBefore('415 Unsupported Media Type', 'encoding.unsupported'),
  'a name twice': 'understood',
  'a name twice, written differently': 'understood',
  'a byte order mark': 'understood',
  'bytes that are not UTF-8': 'understood',
  // Their own limit is 100 kB.
  'too large, in chunks': 'understood',
  'a form that is not UTF-8': 'understood',
  'a form with a broken escape': 'understood',
  'a form with raw bytes': 'understood',
};

const placings: readonly (readonly [Order, Changes])[] = [
  ['behind', behindExpress],
  ['long behind', behindExpress],
  ['before', {}],
];

const expressPlacings = placings.flatMap(([order, changes]) => [
  ['Express 5', order, express, changes] as const,
  ['Express 4', order, express4, changes] as const,
]);

test.each(expressPlacings)(
  '%s, %s its parsers: the answers are those of what they leave',
  patient,
  async (_, order, framework, changes) => {
    const expected = await answersBehind(changes);
    for (const mountPath of mounts) {
      const answers = await askServer(expressWithParsers(framework, order, mountPath), asks, { mountPath });
      expect(differing(answers, expected), mountPath).toEqual({});
    }
  },
);

/** Hono keeps the text, and a text has no byte order mark and nothing that is not UTF-8. */
const behindText: Changes = {
  'a byte order mark': 'understood',
  'bytes that are not UTF-8': 'understood',
  'a form with raw bytes': 'understood',
};

test.each<[string, Changes, MiddlewareHandler]>([
  // It rejects for what is no JSON, which is then the handler's to refuse.
  ['c.req.json()', behindText, (c, next) => c.req.json().then(next, next)],
  ['c.req.text()', behindText, (c, next) => c.req.text().then(next)],
  ['c.req.parseBody()', {}, (c, next) => c.req.parseBody().then(next, next)],
  ['c.req.arrayBuffer()', {}, (c, next) => c.req.arrayBuffer().then(next)],
])('Hono: behind %s the answers are those of what is left', patient, async (_, changes, reader) => {
  const expected = await answersBehind(changes);
  for (const mountPath of mounts) {
    const answers = await askServer(honoWith(reader, 'behind', mountPath), asks, { mountPath });
    expect(differing(answers, expected), mountPath).toEqual({});
  }
});

test('Hono: before a reader nothing is changed', patient, async () => {
  const expected = await answersBehind({});
  for (const mountPath of mounts) {
    const reader: MiddlewareHandler = (c, next) => c.req.json().then(next);
    const answers = await askServer(honoWith(reader, 'before', mountPath), asks, { mountPath });
    expect(differing(answers, expected), mountPath).toEqual({});
  }
});
