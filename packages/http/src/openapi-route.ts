import type { Pwreset } from '@pwreset/core';
import * as z from 'zod';
import type { Dialect } from './dialect.js';
import { type OpenApiOptions, openApi } from './openapi.js';
import { route } from './route.js';
import { routeTable } from './route-table.js';

/** Where a handler serves the description of its own dialects. */
export interface OpenApiRoute extends Omit<OpenApiOptions<Pwreset>, 'dialects'> {
  /** Of the document, such as `/openapi.json`; no dialect's prefix comes before it. */
  readonly path: string;
}

/**
 * One row that answers with the document, which is made once, here.
 *
 * @throws TypeError for a path that is none, or that a row of the dialects serves
 */
export function openApiDialect<P extends Pwreset>(
  dialects: readonly Dialect<P>[],
  { path, ...options }: OpenApiRoute,
): Dialect<P> {
  if (!/^(?:\/[\w.~-]+)+$/.test(path)) {
    throw new TypeError(
      `the path of the OpenAPI document must be one such as /openapi.json, not ${JSON.stringify(path)}`,
    );
  }
  const { dialect, found } = routeTable(dialects).match(path);
  if (found.has('GET')) throw new TypeError(`two rows serve GET ${path}`);
  const document = openApi({ dialects, ...options });
  const row = route<P, null, z.ZodType, typeof document>({
    method: 'GET',
    path,
    caller: { scheme: 'anyone', identify: async () => null },
    reads: [],
    input: z.object({}),
    flow: async () => document,
    answer: (said) => said,
    failure: dialect.failure,
  });
  return { name: 'openapi', prefix: '', routes: [row], failure: dialect.failure };
}
