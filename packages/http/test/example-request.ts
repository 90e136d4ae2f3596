import type { Pwreset } from '@pwreset/core';
import { type Dialect, type RequestExample, sampleValues } from '../src/index.js';
import { mediaTypes } from '../src/input.js';
import type { DocumentedRow } from '../src/openapi.js';
import { fullPath } from '../src/route-table.js';

/** A documented request, put together. */
export interface ExampleRequest {
  readonly method: string;
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  /** In the order in which a reader wants them. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string | null;
}

export function exampleRequest<P extends Pwreset>(
  dialect: Dialect<P>,
  { route, docs }: DocumentedRow<P>,
): ExampleRequest {
  const { params = {}, query = {}, body } = docs.example.request;
  const path = fullPath(dialect, route).replace(/\{(\w+)\}/g, (placeholder, name: string) => {
    const value = params[name];
    if (value === undefined) throw new Error(`the example of ${docs.operation} has nothing for ${placeholder}`);
    return encodeURIComponent(value);
  });
  const credential = credentialOf(route, docs.example.request);
  const sent = body === undefined ? null : bodyOf(route.reads, body);
  return {
    method: route.method,
    path,
    query: new URLSearchParams({ ...credential.query, ...query }).toString(),
    headers: [
      ...credential.headers,
      ...(route.caller.docs?.headers ?? []).map(({ name, example }) => [name, example] as const),
      ...(sent === null ? [] : [['Content-Type', sent.mediaType] as const]),
    ],
    body: sent?.text ?? null,
  };
}

type Shown = Pick<DocumentedRow<Pwreset>['route'], 'reads' | 'caller'>;

/** None where a call without is served too, and none beside the one that the example itself has. */
function credentialOf(
  { caller }: Pick<Shown, 'caller'>,
  { query = {}, body = {} }: RequestExample,
): {
  readonly headers: ExampleRequest['headers'];
  readonly query: Readonly<Record<string, string>>;
} {
  const { definition, required } = caller.docs?.security ?? {};
  const value = caller.scheme === 'service_key' ? sampleValues.serviceKey : 'a-session-of-the-application';
  if (definition === undefined || required === false) return { headers: [], query: {} };
  if (definition.type === 'http') return { headers: [['Authorization', `Bearer ${value}`]], query: {} };
  const { name } = definition;
  if (Object.hasOwn(query, name) || Object.hasOwn(body, name)) return { headers: [], query: {} };
  if (definition.in === 'query') return { headers: [], query: { [name]: value } };
  return { headers: [definition.in === 'cookie' ? ['Cookie', `${name}=${value}`] : [name, value]], query: {} };
}

function bodyOf(reads: Shown['reads'], body: NonNullable<RequestExample['body']>) {
  const source = reads.find((one) => one !== 'query');
  if (source === undefined) throw new Error('an example has a body that its row does not read');
  const fields = Object.entries(body).map(([name, value]): [string, string] => [name, String(value)]);
  return {
    mediaType: mediaTypes[source],
    text: source === 'json' ? JSON.stringify(body) : new URLSearchParams(fields).toString(),
  };
}
