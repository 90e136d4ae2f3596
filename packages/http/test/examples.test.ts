import { describe, expect, test } from 'vitest';
import { createHandler } from '../src/index.js';
import { documentedRows } from '../src/openapi.js';
import { declared } from './declared.js';
import { documentedDialects, everyDialect } from './every-dialect.js';
import { exampleRequest } from './example-request.js';
import { asDocumented, withRealValues } from './example-values.js';
import { createExampleWorld } from './example-world.js';
import { bytes } from './fixture.js';

describe.each(everyDialect.map((entry, index) => ({ entry, name: documentedDialects[index]?.name })))(
  'the examples of $name',
  ({ entry: { dialect: make, prepare, resetUrls = [] } }) => {
    const documented = documentedRows(make({ signedInUser: () => '' })).map(({ docs }) => docs);
    const operations = documented.map(({ operation }) => operation);

    test('are all prepared, and nothing else is', () => {
      expect(Object.keys(prepare).toSorted()).toEqual(operations.toSorted());
    });

    test.each(operations)('%s answers as documented', async (operation) => {
      const { email = 'ann@example.com' } =
        documented.find((docs) => docs.operation === operation)?.example.request.body ?? {};
      const world = await createExampleWorld({ resetUrls, email: String(email) });
      const dialect = make(world.application);
      const row = documentedRows(dialect).find(({ docs }) => docs.operation === operation);
      const needed = prepare[operation];
      if (row === undefined || needed === undefined) throw new Error(`every-dialect.ts does not prepare ${operation}`);
      const { route, docs } = row;
      const handle = declared(createHandler({ pwreset: world.pwreset, dialects: [dialect] }), [dialect]);

      const values = await world.prepare(needed, route.caller.scheme === 'service_key');
      const request = exampleRequest(dialect, row);
      const real = (text: string) => withRealValues(text, values);
      const response = await handle({
        method: request.method,
        path: real(request.path),
        query: real(request.query),
        headers: Object.fromEntries(request.headers.map(([name, value]) => [name.toLowerCase(), real(value)])),
        body: bytes(real(request.body ?? '')),
        ip: '192.0.2.1',
      });

      const { answer, headers = {} } = docs.example;
      expect(response.status, response.body).toBe(route.status);
      expect(response.headers).toMatchObject(headers);
      if (docs.output === null) expect(response.body).toBe('');
      else expect(asDocumented(JSON.parse(response.body), answer, values)).toEqual(answer);
    });
  },
);
