import type { Pwreset } from '@pwreset/core';
import type { Route } from './dialect.js';
import { type DocumentedFailure, documentedFailures } from './documented-failures.js';
import { mediaTypes, type Repeat } from './input.js';
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
  return {
    operationId: `${label}.${docs.operation}`,
    tags: [label],
    summary: docs.summary,
    ...(readsBoth(route) && { description: placesOf(route) }),
    security: security === undefined ? [] : [...(needsKey(route) ? [] : [{}]), { [security.name]: [] }],
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && { requestBody: body }),
    responses: responsesOf(route, docs, error),
  };
}

const readsBoth = <P extends Pwreset>({ reads }: Route<P>): boolean => reads.includes('query') && reads.length > 1;

/** The name of a key that comes in the query, where it does. */
function queryKey<P extends Pwreset>({ caller }: Route<P>): string | null {
  const definition = caller.docs?.security?.definition;
  return definition?.type === 'apiKey' && definition.in === 'query' ? definition.name : null;
}

/** Not where a body may have it as well: OpenAPI has no word for a key in there. */
const needsKey = <P extends Pwreset>(route: Route<P>): boolean =>
  route.caller.docs?.security?.required === true && !(queryKey(route) !== null && readsBoth(route));

/** Where parameters may come from, in a row that reads a query and a body. */
function placesOf<P extends Pwreset>(route: Route<P>): string {
  const names = (rule: Repeat): string =>
    new Intl.ListFormat('en').format(Object.keys(route.repeats).filter((name) => route.repeats[name] === rule));
  const [lists, equals, key] = [names('list'), names('equal'), queryKey(route)];
  return [
    'Each parameter comes once, in the query or in the body.',
    ...(lists === '' ? [] : [`${lists} may come again, in either.`]),
    ...(equals === '' ? [] : [`${equals} may come again with the same value.`]),
    ...(key === null ? [] : [`A body with ${key} needs none in the query.`]),
  ].join(' ');
}

function parametersOf<P extends Pwreset>(route: Route<P>, { example }: RouteDocs) {
  const { path, reads, input, caller } = route;
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
  const key = queryKey(route);
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

function bodyOf<P extends Pwreset>(route: Route<P>, { example }: RouteDocs): OpenApiOperation['requestBody'] {
  const { reads, input } = route;
  const types = reads.flatMap((source) => (source === 'query' ? [] : [mediaTypes[source]]));
  if (types.length === 0) return undefined;
  const { required, ...open } = jsonSchemaOf(input, 'input');
  const either = readsBoth(route);
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
