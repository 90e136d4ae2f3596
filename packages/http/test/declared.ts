import type { Pwreset } from '@pwreset/core';
import { expect } from 'vitest';
import * as z from 'zod';
import {
  type Dialect,
  type Handler,
  type HttpRequest,
  type HttpResponse,
  type JsonSchema,
  type OpenApiDocument,
  type OpenApiOperation,
  openApi,
} from '../src/index.js';
import { pathPattern } from '../src/path-pattern.js';

/** Which every answer has, declared or not. */
const everywhere = new Set(['Cache-Control', 'Content-Type', 'Referrer-Policy', 'X-Content-Type-Options']);

/**
 * A handler whose every answer must be in its dialects' OpenAPI document: status, headers, media type and body. It throws
 * where one is not. What finds no operation passes.
 */
export function declared<P extends Pwreset>(handle: Handler, dialects: readonly Dialect<P>[]): Handler {
  const document = openApi({ dialects, title: 'declared', version: '1.0.0' });
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      match: pathPattern(path),
      method: method.toUpperCase(),
      operation,
    })),
  );
  const check = checkOf(document);
  const checked = async (request: HttpRequest): Promise<HttpResponse> => {
    const response = await handle(request);
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const found = operations.find((one) => one.method === method && one.match(request.path) !== null);
    // A body that a row has no use for is refused before the row is looked at.
    const useless = found?.operation.requestBody === undefined && request.body.kind === 'too_large';
    if (found !== undefined && !useless) check(found.operation, response, request.method !== 'HEAD');
    return response;
  };
  return Object.assign(checked, { owns: handle.owns });
}

function checkOf(document: OpenApiDocument) {
  const compiled = new Map<JsonSchema, z.ZodType>();
  const compile = (schema: JsonSchema): z.ZodType => {
    const known = compiled.get(schema) ?? z.fromJSONSchema(resolved(document, schema));
    compiled.set(schema, known);
    return known;
  };
  return ({ operationId, responses }: OpenApiOperation, response: HttpResponse, hasBody: boolean): void => {
    const answer = responses[response.status];
    if (answer === undefined) throw new Error(`${operationId} answered ${response.status}, which is not declared`);
    const headers = Object.keys(response.headers).filter((name) => !everywhere.has(name));
    expect(Object.keys(answer.headers ?? {}), operationId).toEqual(expect.arrayContaining(headers));
    const [mediaType = ''] = response.headers['Content-Type']?.split(';') ?? [];
    const media = answer.content?.[mediaType];
    if (media === undefined) {
      expect([mediaType, response.body], `${operationId} ${response.status}`).toEqual(['', '']);
      expect(answer.content, `${operationId} ${response.status}`).toBeUndefined();
      return;
    }
    if (!hasBody) return;
    const { error } = compile(media.schema).safeParse(JSON.parse(response.body));
    expect(error, `${operationId} ${response.status}: ${response.body}`).toBeUndefined();
  };
}

const reference = '#/components/schemas/';

function resolved({ components }: OpenApiDocument, schema: JsonSchema): JsonSchema {
  const { $ref } = schema;
  if (typeof $ref !== 'string') return schema;
  const named = components.schemas[$ref.slice(reference.length)];
  if (named === undefined) throw new Error(`${$ref} leads nowhere`);
  return named;
}
