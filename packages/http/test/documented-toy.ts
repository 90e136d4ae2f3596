import type { Pwreset } from '@pwreset/core';
import * as z from 'zod';
import { type Caller, type CallerDocs, type Dialect, type FailureLook, type RouteDocs, route } from '../src/index.js';

export const failure: FailureLook = (what) => ({
  status: what.kind === 'fault' ? 500 : what.kind === 'refused' ? 409 : 400,
  json:
    what.kind === 'fault' ? undefined : { type: what.kind, ...(what.kind === 'malformed' && { issues: what.issues }) },
  mediaType: 'application/problem+json',
});

const caller = (docs?: CallerDocs): Caller<Pwreset, null> => ({
  scheme: 'anyone',
  ...(docs && { docs }),
  identify: async () => null,
});

export const optionalKey: CallerDocs = {
  security: {
    name: 'toyKey',
    required: false,
    definition: { type: 'apiKey', in: 'query', name: 'key', description: 'A key.' },
  },
  headers: [{ name: 'X-Toy', summary: 'Which toy', example: 'bear' }],
};

const playDocs: RouteDocs = {
  operation: 'play',
  summary: 'Play',
  output: z.object({ at: z.iso.datetime() }),
  refusals: ['too_many_requests', 'invalid_token', 'invalid_input'],
  example: {
    request: { params: { toy: 'bear' }, query: { size: '1' } },
    answer: { at: '2026-01-01T00:00:00.000Z' },
  },
};

interface ToyOptions {
  readonly name?: string;
  readonly prefix?: string;
  readonly path?: string;
  readonly docs?: CallerDocs;
}

/** A dialect with a row of each kind: all sources and a key that may be left out, a bare redirect, one without docs. */
export const toy = ({
  name = 'toy',
  prefix = '',
  path = '/toys/{toy}',
  docs = optionalKey,
}: ToyOptions = {}): Dialect<Pwreset> => ({
  name,
  prefix,
  failure,
  routes: [
    route({
      method: 'PUT',
      path,
      caller: caller(docs),
      reads: ['query', 'form', 'json'],
      repeats: { key: 'equal', more: 'list' },
      input: z.object({
        key: z.string(),
        size: z.string().refine((size) => size !== 'none'),
        more: z.array(z.string()).nullish(),
      }),
      flow: async ({ input }) => input,
      answer: ({ size }) => ({ at: size === 'wrong' ? 'never' : '2026-01-01T00:00:00.000Z' }),
      failure,
      docs: playDocs,
    }),
    route({
      method: 'GET',
      path: '/.well-known/toys',
      wellKnown: true,
      caller: caller(),
      reads: [],
      input: z.object({}),
      flow: async () => null,
      status: 302,
      answer: () => undefined,
      headers: () => ({ Location: 'https://app.example/toys' }),
      failure,
      docs: {
        operation: 'find',
        summary: 'Find the toys',
        output: null,
        refusals: [],
        example: { request: {}, answer: undefined, headers: { Location: 'https://app.example/toys' } },
      },
    }),
    route({
      method: 'POST',
      path: '/secret',
      caller: caller(),
      reads: [],
      input: z.object({}),
      flow: async () => null,
      answer: () => ({}),
      failure,
    }),
  ],
});
