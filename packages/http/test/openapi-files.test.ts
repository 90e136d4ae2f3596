import { readdirSync } from 'node:fs';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, test } from 'vitest';
import { type OpenApiDocument, openApi } from '../src/index.js';
import { documentedDialects } from './every-dialect.js';
import { prettyJson } from './pretty-json.js';

const folder = new URL('../openapi/', import.meta.url);
const renew = 'is out of date; `npx -y pnpm@12 test packages/http -u` writes it anew';

/** `recommended`, but for what an application decides and not its routes. */
const rules = await createConfig({
  extends: ['recommended'],
  rules: { 'info-license': 'off', 'info-license-strict': 'off' },
});

/** What is at an address of the origin's own may do no more than redirect, and has nothing to refuse then. */
const isRedirect = (ruleId: string, pointer: string): boolean =>
  ['operation-2xx-response', 'operation-4xx-response'].includes(ruleId) &&
  pointer.startsWith('#/paths/~1.well-known~1');

const textOf = (document: OpenApiDocument): string => `${prettyJson(document)}\n`;

const documents = [
  ...documentedDialects.map((dialect) => ({
    name: dialect.name,
    document: openApi({ dialects: [dialect], title: `pwreset: ${dialect.name}`, version: '1.0.0' }),
  })),
  { name: 'all dialects', document: openApi({ dialects: documentedDialects, title: 'pwreset', version: '1.0.0' }) },
];

describe.each(documents)('the document of $name', ({ document }) => {
  const text = textOf(document);

  test('is OpenAPI 3.1', async () => {
    const validator = new Validator();
    expect(await validator.validate(JSON.parse(text))).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  // Its rules also try every example against its schema.
  test('leaves a linter nothing to say', async () => {
    const problems = await lintFromString({ source: text, absoluteRef: 'openapi.json', config: rules });
    const said = problems.map(({ ruleId, message, location }) => ({ ruleId, message, at: location[0]?.pointer ?? '' }));
    expect(said.filter(({ ruleId, at }) => !isRedirect(ruleId, at))).toEqual([]);
  });

  test('describes every row that says anything, and no row says nothing', () => {
    const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
    const tags = new Set(document.tags.map(({ name }) => name));
    const rows = documentedDialects.filter(({ name }) => tags.has(name)).flatMap(({ routes }) => routes);
    expect(rows.filter(({ docs }) => docs === null)).toEqual([]);
    expect(operations).toHaveLength(rows.length);
  });
});

test.each(documents.slice(0, -1).map(({ name, document }) => [`openapi/${name}.json`, document] as const))(
  '%s is up to date',
  async (file, document) => {
    await expect(textOf(document), `${file} ${renew}`).toMatchFileSnapshot(`../${file}`);
  },
);

test('no file is left of a dialect that is not there', () => {
  const expected = documentedDialects.map(({ name }) => `${name}.json`);
  expect(readdirSync(folder).filter((file) => !expected.includes(file))).toEqual([]);
});
