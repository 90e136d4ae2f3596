import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { documentedDialects } from './every-dialect.js';
import { referencePage } from './reference-page.js';

test('docs/http.md says what the tables say', async () => {
  const introduction = readFileSync(new URL('reference-intro.md', import.meta.url), 'utf8');
  const dialects = documentedDialects.map(
    ({ name, docs }) => `- [${name}](#the-${name}-dialect)${docs === undefined ? '' : `: ${docs.description}`}`,
  );
  const page = referencePage(introduction, { dialects: dialects.join('\n') }, documentedDialects);
  const stale = 'docs/http.md is out of date; `npx -y pnpm@12 test packages/http -u` writes it anew';
  await expect(page, stale).toMatchFileSnapshot('../../../docs/http.md');
});
