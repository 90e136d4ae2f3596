import {
  type ErrorCode,
  InvalidInput,
  Overloaded,
  PasswordRefused,
  type Pwreset,
  PwresetError,
  StorageUnavailable,
  TooManyRequests,
} from '@pwreset/core';
import type { Route } from './dialect.js';
import { type Failure, failureOf, type Issue } from './failure.js';
import { jsonSchemaOf, propertiesOf } from './openapi-schema.js';
import { failureHeaders } from './response.js';
import type { RouteDocs } from './route-docs.js';

/** What a documented row may meet. */
export type CauseName = Exclude<Failure['kind'], 'refused' | 'not_found' | 'method_not_allowed'> | ErrorCode;

/** How a row says one thing that went wrong. */
export interface DocumentedFailure {
  readonly cause: CauseName;
  /** A sentence without its full stop. */
  readonly when: string;
  readonly status: number;
  readonly mediaType: string;
  /** `undefined` for no body. */
  readonly json: unknown;
  /** The names of the headers that it has beside those of every answer. */
  readonly headers: readonly string[];
}

const sentences: Readonly<Record<CauseName, string>> = {
  malformed: 'The input is malformed or incomplete',
  too_large: 'The body is too large',
  unsupported_media_type: 'The body is of a media type that is not read here',
  unauthenticated: 'The credentials are missing or wrong',
  fault: 'Something went wrong on the server',
  invalid_input: 'The input is malformed or incomplete',
  invalid_token: 'The token or code is wrong, expired, used, or of another purpose or service',
  invalid_credentials: 'The user is unknown or disabled, or the password is wrong',
  invalid_key: 'The key is unknown, disabled, revoked, or of another service',
  password_refused: 'The new password is not acceptable; nothing was used up',
  password_update_required: 'The password matched, and has to be changed first',
  second_factor_required: 'A second factor is needed as well',
  too_many_requests: 'A limit was reached',
  overloaded: 'Too many passwords are waiting to be hashed',
  unavailable: 'The storage cannot be reached; nothing was changed',
  user_not_found: 'There is no such user',
  key_not_found: 'There is no such key',
  service_not_found: 'There is no such service',
  email_taken: 'Another user has this address',
};

const sampleNow = Date.UTC(2026, 0, 1);

function sampleOf(code: ErrorCode): PwresetError {
  switch (code) {
    case 'invalid_input':
      return new InvalidInput('email', 'malformed');
    case 'password_refused':
      return new PasswordRefused(['too_short']);
    case 'too_many_requests':
      return new TooManyRequests(30_000, { name: 'ip', now: sampleNow, capacity: 60 });
    case 'overloaded':
      return new Overloaded(1_000);
    case 'unavailable':
      return new StorageUnavailable();
    default:
      return new PwresetError(code, sentences[code]);
  }
}

type Sample = readonly [CauseName, Failure];

/** What any request for such a row may meet, whatever its flow does. */
function commonSamples<P extends Pwreset>({ reads, input, caller }: Route<P>): readonly Sample[] {
  const samples: Sample[] = [];
  if (reads.length > 0) {
    const fields = propertiesOf(jsonSchemaOf(input, 'input'));
    const field = fields.find(({ required }) => required) ?? fields[0];
    const issues: readonly Issue[] =
      field === undefined ? [] : [{ field: field.name, problem: field.required ? 'missing' : 'malformed' }];
    samples.push(['malformed', { kind: 'malformed', issues }]);
  }
  if (reads.some((source) => source !== 'query')) {
    samples.push(['too_large', { kind: 'too_large' }], ['unsupported_media_type', { kind: 'unsupported_media_type' }]);
  }
  if (caller.scheme !== 'anyone' || caller.docs?.security !== undefined) {
    samples.push(['unauthenticated', { kind: 'unauthenticated', challenge: 'Bearer' }]);
  }
  return samples;
}

/** A row that asks the storage anything may find it away. */
const asksStorage = <P extends Pwreset>({ caller }: Route<P>, { refusals }: RouteDocs): boolean =>
  caller.scheme === 'service_key' || refusals.length > 0;

/** Every failure of a row in the row's own words, by status. */
export function documentedFailures<P extends Pwreset>(route: Route<P>, docs: RouteDocs): readonly DocumentedFailure[] {
  const codes = new Set([...docs.refusals, ...(asksStorage(route, docs) ? (['unavailable'] as const) : [])]);
  // Bad input that only a flow notices looks as any other does.
  if (route.reads.length > 0) codes.delete('invalid_input');
  const samples: readonly Sample[] = [
    ...commonSamples(route),
    ...[...codes].map((code): Sample => [code, failureOf(sampleOf(code))]),
    ['fault', { kind: 'fault' }],
  ];
  return samples
    .map(([cause, failure]): DocumentedFailure => {
      const { status, json, mediaType = 'application/json', headers = {} } = route.failure(failure);
      const names = Object.keys({ ...failureHeaders(failure, status, ''), ...headers });
      return { cause, when: sentences[cause], status, mediaType, json, headers: names };
    })
    .toSorted((one, other) => one.status - other.status);
}
