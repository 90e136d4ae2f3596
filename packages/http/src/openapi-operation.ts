import type { Pwreset } from '@pwreset/core';
import type { Route } from './dialect.js';
import { type DocumentedFailure, documentedFailures } from './documented-failures.js';
import { mediaTypes } from './input.js';
import type {
  JsonSchema,
  OpenApiMedia,
  OpenApiOperation,
  OpenApiParameter,
  OpenApiResponse,
} from './openapi-document.js';
import { jsonSchemaOf, propertiesOf } from './openapi-schema.js';
import type { RouteDocs } from './route-docs.js';

const headerTexts: Readonly<Record<string, { readonly description: string; readonly schema: JsonSchema }>> = {
  'Retry-After': { description: 'Seconds until it is worth trying again', schema: { type: 'integer', minimum: 1 } },
  'WWW-Authenticate': { description: 'How to authenticate', schema: { type: 'string' } },
  Location: { description: 'Where to go on', schema: { type: 'string' } },
};

function headersOf(names: Iterable<string>): Pick<OpenApiResponse, 'headers'> {
  const entries = [...new Set(names)].map((name) => [
    name,
    headerTexts[name] ?? { description: name, schema: { type: 'string' } },
  ]);
  return entries.length === 0 ? {} : { headers: Object.fromEntries(entries) };
}

/** The operation of a row. `label` names its dialect, `error` is the schema of what that one's failures look like. */
export function operationOf<P extends Pwreset>(
  label: string,
  route: Route<P>,
  docs: RouteDocs,
  error: JsonSchema,
): OpenApiOperation {
  const security = route.caller.docs?.security;
  const parameters = parametersOf(route, docs);
  const body = bodyOf(route, docs);
  const either = body !== undefined && route.reads.includes('query');
  return {
    operationId: `${label}.${docs.operation}`,
    tags: [label],
    summary: docs.summary,
    ...(either && { description: 'Each parameter comes in the query or in the body, not in both.' }),
    security: security === undefined ? [] : [...(security.required ? [] : [{}]), { [security.name]: [] }],
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && { requestBody: body }),
    responses: responsesOf(route, docs, error),
  };
}

function parametersOf<P extends Pwreset>({ path, reads, input, caller }: Route<P>, { example }: RouteDocs) {
  const { params = {}, query = {} } = example.request;
  const shown = (value: string | undefined) => (value === undefined ? {} : { example: value });
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(
    ([, name = '']): OpenApiParameter => ({
      name,
      in: 'path',
      required: true,
      schema: { type: 'string', minLength: 1 },
      ...shown(params[name]),
    }),
  );
  const inHeader = (caller.docs?.headers ?? []).map(
    (header): OpenApiParameter => ({
      name: header.name,
      in: 'header',
      required: false,
      description: header.summary,
      schema: { type: 'string' },
      example: header.example,
    }),
  );
  // A key in the query is the security scheme's; OpenAPI names it once.
  const definition = caller.docs?.security?.definition;
  const key = definition?.type === 'apiKey' && definition.in === 'query' ? definition.name : null;
  const fields = reads.includes('query') ? propertiesOf(jsonSchemaOf(input, 'input')) : [];
  const inQuery = fields
    .filter(({ name }) => name !== key)
    .map(
      ({ name, required, schema }): OpenApiParameter => ({
        name,
        in: 'query',
        required: required && reads.length === 1,
        schema,
        ...shown(query[name]),
      }),
    );
  return [...inPath, ...inHeader, ...inQuery];
}

function bodyOf<P extends Pwreset>(
  { reads, input }: Route<P>,
  { example }: RouteDocs,
): OpenApiOperation['requestBody'] {
  const types = reads.flatMap((source) => (source === 'query' ? [] : [mediaTypes[source]]));
  if (types.length === 0) return undefined;
  const { required, ...open } = jsonSchemaOf(input, 'input');
  const either = reads.includes('query');
  const media: OpenApiMedia = {
    schema: either || required === undefined ? open : { ...open, required },
    ...(example.request.body !== undefined && { example: example.request.body }),
  };
  return {
    required: !either && required !== undefined,
    content: Object.fromEntries(types.map((type) => [type, media])),
  };
}

function responsesOf<P extends Pwreset>(route: Route<P>, docs: RouteDocs, error: JsonSchema) {
  const { output, example } = docs;
  const success: OpenApiResponse = {
    description: 'Success',
    ...headersOf(Object.keys(example.headers ?? {})),
    ...(output !== null && {
      content: { 'application/json': { schema: jsonSchemaOf(output, 'output'), example: example.answer } },
    }),
  };
  const responses: Record<string, OpenApiResponse> = { [route.status]: success };
  for (const [status, failures] of Map.groupBy(documentedFailures(route, docs), (failure) => failure.status)) {
    responses[status] = failureResponse(failures, error);
  }
  return responses;
}

function failureResponse(failures: readonly DocumentedFailure[], error: JsonSchema): OpenApiResponse {
  const content: Record<string, OpenApiMedia> = {};
  const shown = failures.filter(({ json }) => json !== undefined);
  for (const [mediaType, alike] of Map.groupBy(shown, (failure) => failure.mediaType)) {
    const examples = alike.map(({ cause, when, json }) => [cause, { summary: when, value: json }]);
    content[mediaType] = { schema: error, examples: Object.fromEntries(examples) };
  }
  return {
    description: failures.map(({ when }) => `${when}.`).join(' '),
    ...headersOf(failures.flatMap(({ headers }) => headers)),
    ...(shown.length > 0 && { content }),
  };
}
