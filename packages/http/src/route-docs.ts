import type { ErrorCode } from '@pwreset/core';
import type * as z from 'zod';

/** A header of a request that says who calls, and is no credential. */
export interface HeaderDocs {
  readonly name: string;
  readonly summary: string;
  readonly example: string;
}

/** How OpenAPI describes the credentials of a caller. */
export type SecurityDocs =
  | { readonly type: 'http'; readonly scheme: 'bearer'; readonly description: string }
  | {
      readonly type: 'apiKey';
      readonly in: 'header' | 'query' | 'cookie';
      readonly name: string;
      readonly description: string;
    };

/** What the reference says of who may call a row. */
export interface CallerDocs {
  /** By the name that OpenAPI gives it; `required` is false where a call without credentials is served too. */
  readonly security?: { readonly name: string; readonly required: boolean; readonly definition: SecurityDocs };
  readonly headers?: readonly HeaderDocs[];
}

/** The parts of a request that works. */
export interface RequestExample {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  /** Sent in the first of the row's `reads` that is a body. */
  readonly body?: Readonly<Record<string, unknown>>;
}

/** What OpenAPI and the reference say of a row. */
export interface RouteDocs {
  /** The operation's name, such as `beginReset`: one of its own in the dialect. */
  readonly operation: string;
  /** One line, as an imperative and without a full stop. */
  readonly summary: string;
  /** The body of a request that succeeded; `null` where there is none. */
  readonly output: z.ZodType | null;
  /** What the flow may refuse with; what any request may meet comes on its own. */
  readonly refusals: readonly ErrorCode[];
  /** Where it needs a token, a code, a key or an id, it has one of {@link sampleValues}, which the tests replace. */
  readonly example: {
    readonly request: RequestExample;
    readonly answer: unknown;
    /** Headers of a request that succeeded, beside those that every answer has. */
    readonly headers?: Readonly<Record<string, string>>;
  };
}

/** Stand for what only a mail, a key's creation or a row can tell; well-formed, and good for nothing. */
export const sampleValues = {
  token: '7c1v9k2m4x8q3w5e6r0t7y1n2b3v4c5x6z7a8s9d0f1g2h3j4k',
  code: 'K7QM2X9D',
  serviceKey: '3f9a2c7be1d84065a7f2c9e0b1d3586724acef01',
  userKey: 'p4k8v2n6w1r9x3t7c5m0q8z2b6d4h1j9',
  userId: 'd2719c1e-6f0b-4a7e-9c55-0b8f4e1a7d36',
  keyId: '5b0e8a54-1c9d-4f6a-8a2e-7f3d9c6b1e20',
  serviceId: '0c4e1f9a-7b2d-4e83-9d15-6a0f8c3b2e71',
  audit: '9e107d9d-372b-4b68-a1d3-5f2c8e4a7b90',
} as const;
