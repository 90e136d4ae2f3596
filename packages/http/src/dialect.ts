import type { Client, Pwreset } from '@pwreset/core';
import type * as z from 'zod';
import type { Failure } from './failure.js';
import type { Fields } from './fields.js';
import type { InputSource } from './input.js';
import type { HttpRequest } from './message.js';
import type { PathParams } from './path-pattern.js';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What goes back, before the headers that every answer has. */
export interface Answer {
  readonly status: number;
  /** Anything that JSON can say. */
  readonly json: unknown;
}

/** How a failure looks. */
export type FailureLook = (failure: Failure) => Answer;

/** A request that found its row. */
export interface Arrival<P extends Pwreset> {
  readonly pwreset: P;
  readonly request: HttpRequest;
  readonly params: PathParams;
}

/** Who may call a row, and how it is told who does. */
export interface Caller<P extends Pwreset, Who> {
  readonly scheme: 'service_key' | 'anyone';
  /**
   * Runs before the input is looked at; `fields` reads it where the caller's name is in there.
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
}

/** One row of a dialect, as it is written down. */
export interface RouteRow<P extends Pwreset, Who, Schema extends z.ZodType, Result> {
  readonly method: Method;
  /** With `{name}` for a segment that stands for something. */
  readonly path: string;
  readonly caller: Caller<P, Who>;
  /** Where the input is read from; nowhere where this is empty. */
  readonly reads: readonly InputSource[];
  readonly input: Schema;
  readonly flow: (exchange: Exchange<P, Who, z.output<Schema>>) => Promise<Result>;
  /** The body of a 200. */
  readonly answer: (result: Result, input: z.output<Schema>) => unknown;
  readonly failure: FailureLook;
}

/** One row, its types folded away. See {@link route}. */
export interface Route<P extends Pwreset> {
  readonly method: Method;
  readonly path: string;
  readonly scheme: 'service_key' | 'anyone';
  readonly reads: readonly InputSource[];
  readonly input: z.ZodType;
  readonly serve: (arrival: Arrival<P>) => Promise<Answer>;
  readonly failure: FailureLook;
}

/** A set of routes and wire shapes over the same flows. */
export interface Dialect<P extends Pwreset> {
  readonly name: string;
  /** Comes before the path of every row: empty, or a path such as `/sso`. */
  readonly prefix: string;
  readonly routes: readonly Route<P>[];
  /** For requests that found no row. */
  readonly failure: FailureLook;
}
