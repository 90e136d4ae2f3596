import type { Client, Pwreset } from '@pwreset/core';
import type * as z from 'zod';
import type { Failure } from './failure.js';
import type { Fields } from './fields.js';
import type { InputSource, Repeats } from './input.js';
import type { HttpRequest } from './message.js';
import type { PathParams } from './path-pattern.js';
import type { CallerDocs, RouteDocs } from './route-docs.js';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What goes back, before the headers that every answer has. */
export interface Answer {
  readonly status: number;
  /** Anything that JSON can say; `undefined` for an answer without a body. */
  readonly json: unknown;
  /** `application/json` by default. */
  readonly mediaType?: string;
  /** Beside those that every answer has. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** How a failure looks. */
export type FailureLook = (failure: Failure) => Answer;

/** A request that found its row. */
export interface Arrival<P extends Pwreset> {
  readonly pwreset: P;
  readonly request: HttpRequest;
  readonly params: PathParams;
}

/** Whom a row serves: anyone, a service by its key, or a user whom the application knows to be signed in. */
export type CallerScheme = 'anyone' | 'service_key' | 'signed_in_user';

/** Who may call a row, and how it is told who does. */
export interface Caller<P extends Pwreset, Who> {
  readonly scheme: CallerScheme;
  readonly docs?: CallerDocs;
  /**
   * Runs before the input is looked at; `fields` reads it where the caller's name is in there. It has what can be read: what is
   * wrong with the rest is said afterwards, to who may call.
   *
   * @throws {@link RequestRefused} `unauthenticated`
   */
  readonly identify: (arrival: Arrival<P>, fields: () => Fields) => Promise<Who>;
}

/** What a flow is given. */
export interface Exchange<P extends Pwreset, Who, Input> {
  readonly pwreset: P;
  readonly caller: Who;
  readonly input: Input;
  readonly params: PathParams;
  /** Goes to the flows as it is. */
  readonly client: Client;
  readonly request: HttpRequest;
}

/** One row of a dialect, as it is written down. */
export interface RouteRow<P extends Pwreset, Who, Schema extends z.ZodType, Result> {
  readonly method: Method;
  /** With `{name}` for a segment that stands for something. */
  readonly path: string;
  /** Whether the path is the origin's own, whatever the dialect's prefix: a well-known one (RFC 8615). */
  readonly wellKnown?: boolean;
  readonly caller: Caller<P, Who>;
  /** Where the input is read from; nowhere where this is empty. */
  readonly reads: readonly InputSource[];
  /** The names that may come more than once; none by default. */
  readonly repeats?: Repeats;
  readonly input: Schema;
  readonly flow: (exchange: Exchange<P, Who, z.output<Schema>>) => Promise<Result>;
  /** Of a request that succeeded; 200 by default. */
  readonly status?: number;
  /** The body of a request that succeeded; `undefined` for none. */
  readonly answer: (result: Result, input: z.output<Schema>) => unknown;
  /** Headers of a request that succeeded, beside those that every answer has. */
  readonly headers?: (result: Result) => Readonly<Record<string, string>>;
  readonly failure: FailureLook;
  /** What OpenAPI and the reference say of it; a row without is in neither. */
  readonly docs?: RouteDocs;
}

/** One row, its types folded away. See {@link route}. */
export interface Route<P extends Pwreset> {
  readonly method: Method;
  readonly path: string;
  readonly wellKnown: boolean;
  readonly caller: { readonly scheme: CallerScheme; readonly docs: CallerDocs | null };
  readonly reads: readonly InputSource[];
  readonly repeats: Repeats;
  readonly input: z.ZodType;
  readonly status: number;
  readonly docs: RouteDocs | null;
  readonly serve: (arrival: Arrival<P>) => Promise<Answer>;
  readonly failure: FailureLook;
}

/** What OpenAPI and the reference say of a dialect. */
export interface DialectDocs {
  /** A sentence or two; Markdown (CommonMark) is understood. */
  readonly description: string;
  /** The body of every failure; derived from how failures look where left out. */
  readonly errorSchema?: z.ZodType;
}

/** A set of routes and wire shapes over the same flows. */
export interface Dialect<P extends Pwreset> {
  readonly name: string;
  /**
   * Whether calls are served in the name of the configured service, so that there has to be one. `createHandler` refuses the mount
   * otherwise.
   */
  readonly needsService?: boolean;
  /** Comes before the path of every row: empty, or a path such as `/sso`. */
  readonly prefix: string;
  readonly routes: readonly Route<P>[];
  /** For requests that found no row. */
  readonly failure: FailureLook;
  readonly docs?: DialectDocs;
}
