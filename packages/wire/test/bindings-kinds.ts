import { gzipSync } from 'node:zlib';
import { maxBodyBytes } from '@pwreset/http';
import { asForm, asJson, type GoodRequest, jsonType, type Row, readsBody } from './bindings-rows.js';
import type { BindingsWorld } from './bindings-world.js';
import type { RawRequest } from './raw.js';

/** A request as it goes on the wire, and the content that its framing stands for where it has any. */
export interface Asked {
  readonly request: RawRequest;
  readonly content?: Uint8Array;
}

/** A way to ask: right, or wrong in one respect. */
export interface Kind {
  readonly name: string;
  /** `null` where a row cannot be asked like that. */
  readonly ask: (row: Row, good: GoodRequest) => Asked | null;
  /** What is broken while it is asked, where the row would notice. */
  readonly before?: (world: BindingsWorld) => void;
}

const bytes = (text: string): Uint8Array => Buffer.from(text);

const plain = (name: string, ask: (row: Row, good: GoodRequest) => RawRequest | null): Kind => ({
  name,
  ask: (row, good) => {
    const request = ask(row, good);
    return request === null ? null : { request };
  },
});

/** With another target. */
const target = (name: string, change: (target: string, row: Row) => string | null): Kind =>
  plain(name, (row, good) => {
    const request = asJson(row, good);
    const changed = change(request.target, row);
    return changed === null ? null : { ...request, target: changed };
  });

const method = (name: string): Kind => plain(name, (row, good) => ({ ...asJson(row, good), method: name }));

/** With another body than the good one, of which the text and the fields are given. */
const body = (
  name: string,
  change: (text: string, fields: NonNullable<GoodRequest['fields']>) => string | Uint8Array,
  type: readonly (readonly [string, string])[] = [jsonType],
): Kind =>
  plain(name, (row, good) => {
    const { headers = [], fields } = good;
    if (fields === null) return null;
    return { ...asJson(row, good), headers: [...headers, ...type], body: change(JSON.stringify(fields), fields) };
  });

const json = (name: string, text: string): Kind => body(name, () => text);

const type = (value: string): Kind => body(`Content-Type: ${value}`, (text) => text, [['Content-Type', value]]);

const form = (name: string, change: (text: string) => string | Uint8Array): Kind =>
  plain(name, (row, good) => {
    if (!row.reads.includes('form')) return null;
    const request = asForm(row, good);
    return { ...request, body: change(String(request.body)) };
  });

const chunk = (text: string): Uint8Array =>
  Buffer.concat([bytes(`${Buffer.byteLength(text).toString(16)}\r\n`), bytes(text), bytes('\r\n')]);

/** A body in chunks, one for each of these parts. */
const chunked = (name: string, parts: (text: string) => readonly string[]): Kind => ({
  name,
  ask: (row, good) => {
    const { headers = [], fields } = good;
    if (fields === null) return null;
    const all = parts(JSON.stringify(fields));
    return {
      request: {
        ...asJson(row, good),
        headers: [...headers, jsonType, ['Transfer-Encoding', 'chunked']],
        body: Buffer.concat([...all.map(chunk), bytes('0\r\n\r\n')]),
      },
      content: bytes(all.join('')),
    };
  },
});

const credentials: ReadonlySet<string> = new Set(['authorization', 'cookie']);

/** With other credentials, for rows that ask for some; the profile dialect has them among its fields. */
const caller = (name: string, change: (value: string) => readonly string[]): Kind =>
  plain(name, (row, good) => {
    if (row.scheme === 'anyone') return null;
    const { headers = [], fields, query = '' } = good;
    const changed = headers.flatMap(([header, value]) =>
      credentials.has(header.toLowerCase())
        ? change(value).map((one) => [header, one] as const)
        : [[header, value] as const],
    );
    const { accessTokenId, ...others } = fields ?? {};
    const spoilt = typeof accessTokenId === 'string' ? change(accessTokenId) : [];
    return asJson(row, {
      ...good,
      headers: changed,
      query: query.replace(/accessTokenId=(\w+)/, (_, value: string) =>
        change(value)
          .map((one) => `accessTokenId=${encodeURIComponent(one)}`)
          .join('&'),
      ),
      fields:
        fields &&
        (spoilt.length === 0 ? others : { ...others, accessTokenId: spoilt.length === 1 ? spoilt[0] : spoilt }),
    });
  });

const hashes = /updatePassword|confirm\w*Reset|changePassword|createUser/;
const asksNobody = /openapi|findChangePasswordPage/;

/** Of success; each of them changes what the request is about, so each has its own. */
export const goodKinds: readonly Kind[] = [
  plain('as JSON', asJson),
  form('as a form', (text) => text),
  target('with a query', (text) => `${text}${text.includes('?') ? '&' : '?'}utm=a%20b+c&x`),
  target('in absolute form', (text) => `http://app.example${text}`),
  // Only what stands for a placeholder is decoded.
  target('with an id that is percent-encoded', (text, { path }) =>
    path.includes('{') ? text.replace(/-/, '%2D') : null,
  ),
  body('padded to 64 KiB', (text) => text.padEnd(maxBodyBytes)),
  chunked('in chunks', (text) => [text.slice(0, 1), text.slice(1, 9), text.slice(9)]),
  type('APPLICATION/JSON; charset="UTF-8"; v=1'),
  body('with Content-Encoding: identity', (text) => text, [jsonType, ['Content-Encoding', 'identity']]),
  body('with fields that nobody knows', (text) => text.replace(/^\{/, '{"unknown":[{"a":null}],')),
];

/** A body whose every field has this value. */
const allFields = (name: string, value: unknown): Kind =>
  body(name, (_, fields) => JSON.stringify(Object.fromEntries(Object.keys(fields).map((field) => [field, value]))));

/** With something more at the beginning of its object. */
const withMore = (name: string, more: string): Kind => body(name, (text) => text.replace(/^\{/, `{${more},`));

const malformed: readonly Kind[] = [
  body('JSON that breaks off', (text) => text.slice(0, -2)),
  withMore('a name twice', '"a":1,"a":1'),
  allFields('wrong types', { a: 1 }),
  json('no fields', '{}'),
  json('an empty body', ''),
  body('bytes that are not UTF-8', (text) =>
    Buffer.concat([bytes('{"a":"'), Buffer.of(0xff, 0xc3), bytes(`",${text.slice(1)}`)]),
  ),
  form('a form with a name twice', (text) => `${text}&${text}`),
  form('a form that is not UTF-8', (text) => `${text}&a=%ff`),
];

/** What is refused by the same lines of the handler whatever the row. */
const oddBodies: readonly Kind[] = [
  body('JSON with something behind', (text) => `${text}x`),
  withMore('a name twice, written differently', '"a":1,"\\u0061":1'),
  withMore('a poisonous name', '"__proto__":{}'),
  withMore('bottomless nesting', `"a":${'['.repeat(99)}${']'.repeat(99)}`),
  withMore('a lone surrogate', '"a":"\\ud800"'),
  body('a byte order mark', (text) => `\uFEFF${text}`),
  allFields('numbers for texts', 7),
  allFields('empty texts', ''),
  json('a list', '[]'),
  json('null', 'null'),
  json('a text', '"text"'),
  form('a form with a broken escape', (text) => `${text}&a=%zz`),
  form('a form with raw bytes', (text) => Buffer.concat([bytes(`${text}&a=`), Buffer.of(0xff)])),
  type('multipart/form-data; boundary=x'),
  type('application/vnd.api+json'),
  type('application/json; charset'),
  body('Content-Type twice', (text) => text, [jsonType, jsonType]),
  body('compressed by nothing known', (text) => text, [jsonType, ['Content-Encoding', 'zip']]),
];

const wrongMedia: readonly Kind[] = [
  type('text/plain'),
  type('application/json; charset=iso-8859-1'),
  type('application/json; charset=utf-16'),
  body('no Content-Type', (text) => text, []),
  body('compressed', (text) => gzipSync(text), [jsonType, ['Content-Encoding', 'gzip']]),
  // Where the key is in the body, one that cannot be read has none.
  plain('the key in the query, and a body of an unknown type', (row, good) => {
    const { accessTokenId } = good.fields ?? {};
    if (typeof accessTokenId !== 'string') return null;
    const request = asJson(row, { ...good, query: `accessTokenId=${accessTokenId}` });
    return { ...request, headers: [['Content-Type', 'text/plain']] };
  }),
  plain('a form where JSON is wanted', (row, good) =>
    readsBody(row) && !row.reads.includes('form') ? asForm(row, good) : null,
  ),
];

const tooLarge: readonly Kind[] = [
  plain('too large, and not sent', (row, { headers = [], ...good }) => {
    const { body: _, ...request } = asJson(row, good);
    return { ...request, headers: [...headers, jsonType, ['Content-Length', String(maxBodyBytes + 1)]] };
  }),
  body('too large', (text) => text.padEnd(maxBodyBytes + 1)),
  chunked('too large, in chunks', (text) => [text, ...Array<string>(5).fill(' '.repeat(0x4000))]),
];

/** What a server may do to a path before a binding sees it, or a binding before the handler does. */
const paths: readonly Kind[] = [
  target('a slash too many before', (text) => `/${text}`),
  target('a slash too many within', (text) => text.replace(/(?<=.)\//, '//')),
  target('a path in upper case', (text) => text.toUpperCase()),
  target('a letter that is percent-encoded', (text) =>
    text.replace(/(?<=\/)[a-z]/, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
  ),
  target('a slash that is percent-encoded', (text) => text.replace(/(?<=.)\//, '%2F')),
  target('a backslash', (text) => text.replace(/(?<=.)\//, '\\')),
  target('a dot segment', (text) => text.replace(/(?<=.)\//, '/./')),
  target('a dot segment that is percent-encoded', (text) => text.replace(/(?<=.)\//, '/x/%2e%2E/')),
];

const oddIds = ['%zz', '%', '%c3', '%00', '%ff%fe', '%2e', '%2F', '%20', '', 'x'.repeat(201), '%C3%A9%F0%9F%94%91'];
const oddTexts = ["a'b|c^~!$()*,;:@=+", '<">`{}'];
const oddQueries = ['%zz', '%ff', '&&=&', 'a=1&a=2', '__proto__=1', '?', '#'];

const ids: readonly Kind[] = [...oddIds, ...oddTexts].map((id) =>
  target(`the id ${id}`, (text, { path }) => {
    const [before = '', behind] = path.split(/\{\w+\}/);
    return behind === undefined ? null : before + id + behind + (/\?.*/.exec(text)?.[0] ?? '');
  }),
);

const queries: readonly Kind[] = [...oddQueries, ...oddTexts].map((query) =>
  target(`the query ${query}`, (text) => `${text}${text.includes('?') ? '&' : '?'}x=${query}`),
);

const callers: readonly Kind[] = [
  caller('no credentials', () => []),
  caller('empty credentials', () => ['']),
  caller('wrong credentials', () => ['Bearer nobody']),
  caller('another scheme', () => ['Basic YTpi']),
  caller('credentials twice', (value) => [value, value]),
  caller('credentials that are not ASCII', () => ['Bearer \xe9']),
];

/** Of which some must change nothing, and some are nothing to a row. */
export const methodKinds: readonly Kind[] = [
  ...['GET', 'HEAD', 'OPTIONS', 'PUT'].map(method),
  plain('OPTIONS of another site', (row, good) => ({
    method: 'OPTIONS',
    target: asJson(row, good).target,
    headers: [
      ['Origin', 'https://evil.example'],
      ['Access-Control-Request-Method', row.method],
    ],
  })),
  plain('GET with a body', (row, { headers = [], ...good }) => ({
    ...asJson(row, good),
    method: 'GET',
    headers: [...headers, jsonType],
    body: '{"a":1}',
  })),
];

const others: readonly Kind[] = [
  target('a slash too many behind', (text) => text.replace(/(?=\?|$)/, '/')),
  plain('a header twice', (row, good) => ({
    ...asJson(row, { ...good, headers: [...(good.headers ?? []), ['X-App-Name', 'a'], ['X-App-Name', 'b']] }),
  })),
  plain('headers of proxies', (row, good) => ({
    ...asJson(row, {
      ...good,
      headers: [
        ...(good.headers ?? []),
        ['X-Forwarded-For', 'x'],
        ['X-Forwarded-Host', 'evil.example'],
        ['X-HTTP-Method-Override', 'DELETE'],
      ],
    }),
  })),
];

const broken: readonly Kind[] = [
  {
    ...plain('while the storage is away', (row, good) => (asksNobody.test(row.name) ? null : asJson(row, good))),
    before: ({ storage }) => storage.failNext(),
  },
  {
    ...plain('while the hasher is broken', (row, good) => (hashes.test(row.name) ? asJson(row, good) : null)),
    before: ({ hasher }) => hasher.failNext(new Error('no memory')),
  },
];

/** What is wrong with a body. */
export const bodyKinds: readonly Kind[] = [...malformed, ...wrongMedia, ...tooLarge, ...oddBodies];

/** What every row is asked. */
export const everyKind: readonly Kind[] = [
  ...goodKinds,
  ...malformed,
  ...wrongMedia,
  ...tooLarge,
  ...callers,
  ...methodKinds,
  ...others,
  ...broken,
];

/** What is asked of some rows of each dialect besides. */
export const oddKinds: readonly Kind[] = [
  ...oddBodies,
  ...paths,
  ...ids,
  ...queries,
  ...['PATCH', 'DELETE', 'POST', 'PROPFIND', 'QUERY'].map(method),
];

/** More than a limit of one allows. */
export const twice: readonly Kind[] = [plain('once', asJson), plain('once more', asJson)];
