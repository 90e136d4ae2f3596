import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeWork, encodeWork, jobKinds, type Work } from '../src/jobs.js';
import { start, wellFormedText } from './fixtures.js';

const client = { ip: '203.0.113.7', userAgent: null };
const begin = {
  kind: 'begin',
  realm: '',
  serviceId: 's',
  requestedAt: start,
  client,
  code: true,
  resetUrl: 'https://acme.example/?code={{code}}',
} as const;
const mail = {
  kind: 'mail',
  mail: 'reset',
  tokenId: 't',
  codeId: 'c',
  resetUrl: null,
  serviceId: 's',
  requestedAt: start,
  client,
} as const;
const works: readonly Work[] = [
  { kind: 'signal', signal: 'end_sessions', userId: 'u', startedBefore: start },
  {
    kind: 'notice',
    mail: 'reset_notice',
    userId: 'u',
    tokenId: null,
    serviceId: 's',
    locale: 'en',
    timezone: 'Etc/UTC',
    at: start,
    client,
  },
  mail,
  begin,
];

describe('a payload', () => {
  test.each(works.map((work) => [work.kind, work] as const))('of a %s is read back as it was written', (_, work) => {
    expect(decodeWork(encodeWork(work))).toEqual(work);
  });

  test('there is one for every kind of job, most urgent first', () => {
    expect(works.map(({ kind }) => kind)).toEqual(jobKinds);
  });

  test('that an earlier release would carry out without what was asked for is of a kind that it leaves alone', () => {
    const kindOf = (work: Work): unknown => JSON.parse(encodeWork(work)).kind;
    const plain = { code: false, resetUrl: null, codeId: null } as const;
    expect([kindOf({ ...begin, ...plain }), kindOf({ ...mail, ...plain })]).toEqual(['begin', 'mail']);
    for (const work of [begin, { ...begin, code: false }, { ...begin, resetUrl: null }]) {
      expect(kindOf(work)).toBe('begin_chosen');
      expect(decodeWork(encodeWork(work))).toEqual(work);
    }
    for (const work of [mail, { ...mail, codeId: null, resetUrl: begin.resetUrl }]) {
      expect(kindOf(work)).toBe('mail_chosen');
      expect(decodeWork(encodeWork(work))).toEqual(work);
    }
  });

  test('keeps any text', () => {
    fc.assert(
      fc.property(wellFormedText(), wellFormedText(), (realm, userAgent) => {
        const work = { ...begin, realm, client: { ip: null, userAgent } };
        expect(decodeWork(encodeWork(work))).toEqual(work);
      }),
    );
  });

  test('of a release that knew no codes is one without a code, that links to the page of the service', () => {
    const { code, resetUrl, ...oldBegin } = begin;
    expect(decodeWork(JSON.stringify(oldBegin))).toEqual({ ...begin, code: false, resetUrl: null });
    const { codeId, resetUrl: _, ...oldMail } = mail;
    expect(decodeWork(JSON.stringify(oldMail))).toEqual({ ...mail, codeId: null, resetUrl: null });
  });

  test('leaves out what a later version may add', () => {
    expect(decodeWork(JSON.stringify({ ...begin, colour: 'red' }))).toEqual(begin);
  });
});

describe('null for what this version cannot read', () => {
  test.each([
    '',
    '{',
    'null',
    '[]',
    '"begin"',
    '{}',
    '{"kind":"begin"}',
    JSON.stringify({ ...begin, kind: 'beguine' }),
    JSON.stringify({ ...begin, kind: 'toString' }),
    JSON.stringify({ ...begin, requestedAt: '0' }),
    JSON.stringify({ ...begin, requestedAt: null }),
    JSON.stringify({ ...begin, client: null }),
    JSON.stringify({ ...begin, code: 'true' }),
    JSON.stringify({ ...begin, code: null }),
    JSON.stringify({ ...begin, resetUrl: 1 }),
    JSON.stringify({ ...mail, codeId: 1 }),
    JSON.stringify({ ...mail, tokenId: null }),
    JSON.stringify({ ...begin, client: { ip: 1, userAgent: null } }),
    JSON.stringify({ ...works[0], signal: 'restart' }),
    JSON.stringify({ ...works[1], mail: 'reset' }),
    JSON.stringify({ ...works[2], mail: 'advertisement' }),
    '{"__proto__":{"kind":"begin"}}',
  ])('%s', (payload) => {
    expect(decodeWork(payload)).toBeNull();
  });

  test('whatever it is, it throws nothing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (payload) => {
        expect(decodeWork(payload)).toBeNull();
      }),
    );
  });
});
