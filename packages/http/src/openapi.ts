import type { Pwreset } from '@pwreset/core';
import type { Dialect, Method, Route } from './dialect.js';
import { documentedFailures } from './documented-failures.js';
import type { JsonSchema, OpenApiDocument, OpenApiMethod, OpenApiPath, OpenApiServer } from './openapi-document.js';
import { operationOf } from './openapi-operation.js';
import { jsonSchemaOf, schemaOfSamples } from './openapi-schema.js';
import type { RouteDocs, SecurityDocs } from './route-docs.js';
import { fullPath, routeTable } from './route-table.js';

export interface OpenApiOptions<P extends Pwreset> {
  readonly dialects: readonly Dialect<P>[];
  readonly title: string;
  /** Of what is described, not of OpenAPI. */
  readonly version: string;
  /** Where the routes are mounted; the origin that serves the document by default. */
  readonly servers?: readonly OpenApiServer[];
}

const methods: Readonly<Record<Method, OpenApiMethod>> = {
  GET: 'get',
  POST: 'post',
  PUT: 'put',
  PATCH: 'patch',
  DELETE: 'delete',
};

/**
 * Describes dialects as an OpenAPI 3.1 document: every row that has `docs`, with its request, its answer and each of its
 * errors. Nothing is served by it; `createHandler` has an option for that.
 * A dialect that is mounted twice is told apart by its prefix: `sso.eu.createUser` below `/eu`.
 *
 * @throws TypeError where `createHandler` would, and for two operations of one name, two security schemes of one name, and
 * two paths that differ in the names of their placeholders alone
 * @example
 * ```ts
 * import { openApi, sso } from '@pwreset/http';
 *
 * const document = openApi({ dialects: [sso({ prefix: '/sso' })], title: 'Accounts', version: '1.0.0' });
 * document.paths['/sso/v1/user']?.post?.operationId; // sso.createUser
 * ```
 */
export function openApi<P extends Pwreset>(options: OpenApiOptions<P>): OpenApiDocument {
  const { dialects, title, version, servers = [{ url: '/' }] } = options;
  routeTable(dialects);
  const shown = dialects
    .map((dialect) => ({ dialect, label: labelOf(dialect, dialects), rows: documentedRows(dialect) }))
    .filter(({ rows }) => rows.length > 0);
  const paths: Record<string, OpenApiPath> = {};
  const schemas: Record<string, JsonSchema> = {};
  for (const { dialect, label, rows } of shown) {
    const component = `${label.replace(/[^\w.-]/g, '_')}.Error`;
    schemas[component] = errorSchema(dialect, rows);
    for (const { route, docs } of rows) {
      const path = fullPath(dialect, route);
      const operation = operationOf(label, route, docs, { $ref: `#/components/schemas/${component}` });
      paths[path] = { ...paths[path], [methods[route.method]]: operation };
    }
  }
  refuseTwinNames(paths);
  return {
    openapi: '3.1.1',
    info: { title, version },
    servers,
    tags: shown.map(({ dialect: { name, docs }, label }) => ({
      name: label,
      description: docs?.description ?? `The ${name} dialect.`,
    })),
    paths,
    components: { schemas, securitySchemes: securitySchemes(shown.flatMap(({ rows }) => rows)) },
  };
}

/** Its name, and where others have it too also its prefix. */
function labelOf<P extends Pwreset>({ name, prefix }: Dialect<P>, dialects: readonly Dialect<P>[]): string {
  const shared = dialects.filter((other) => other.name === name).length > 1;
  return shared ? name + prefix.replaceAll('/', '.') : name;
}

/** A row that has something to say. */
export interface DocumentedRow<P extends Pwreset> {
  readonly route: Route<P>;
  readonly docs: RouteDocs;
}

export const documentedRows = <P extends Pwreset>({ routes }: Dialect<P>): readonly DocumentedRow<P>[] =>
  routes.flatMap((route) => (route.docs === null ? [] : [{ route, docs: route.docs }]));

function errorSchema<P extends Pwreset>({ docs }: Dialect<P>, rows: readonly DocumentedRow<P>[]): JsonSchema {
  if (docs?.errorSchema !== undefined) return jsonSchemaOf(docs.errorSchema, 'output');
  const bodies = rows.flatMap(({ route, docs: row }) => documentedFailures(route, row).map(({ json }) => json));
  return schemaOfSamples(bodies.filter((json) => json !== undefined));
}

function securitySchemes<P extends Pwreset>(rows: readonly DocumentedRow<P>[]): Record<string, SecurityDocs> {
  const schemes: Record<string, SecurityDocs> = {};
  for (const { route } of rows) {
    const security = route.caller.docs?.security;
    if (security === undefined) continue;
    const { name, definition } = security;
    const known = schemes[name] ?? definition;
    if (JSON.stringify(known) !== JSON.stringify(definition)) {
      throw new TypeError(`two security schemes are called ${name}`);
    }
    schemes[name] = definition;
  }
  return schemes;
}

function refuseTwinNames(paths: OpenApiDocument['paths']): void {
  const operations = Object.values(paths).flatMap((path) => Object.values(path).map(({ operationId }) => operationId));
  const twin = operations.find((name, index) => operations.indexOf(name) !== index);
  if (twin !== undefined) {
    throw new TypeError(`two operations are called ${twin}`);
  }
  const spellings = new Map<string, string>();
  for (const path of Object.keys(paths)) {
    const key = path.replace(/\{\w+\}/g, '{}');
    const other = spellings.get(key);
    if (other !== undefined) throw new TypeError(`${other} and ${path} are one path to OpenAPI; name them alike`);
    spellings.set(key, path);
  }
}
