import { PasswordRefused } from '@pwreset/core';
import * as z from 'zod';
import type { FailureLook } from './dialect.js';
import type { Failure } from './failure.js';
import { type ProblemType, plainProblems, problemTypes } from './problem-types.js';
import { problemWords, reasonText } from './problem-words.js';

/** Where the types of problems are described, unless the application has a page of its own. */
export const defaultProblemBase = 'https://pwreset.dev/problems#';

export interface ProblemOptions {
  /** What comes before the name of a type: the absolute URL of a page that describes them. */
  readonly base?: string | undefined;
  /** Fields whose names on the wire differ from core's, by core's name. */
  readonly fields?: Readonly<Record<string, string>>;
  /** The field of the new password; `password` by default. */
  readonly passwordField?: string;
}

/** RFC 9457, section 3, has the idea of a pointer for each error. */
export const problemShape = z.object({
  type: z.string().describe('A URI that names the sort of problem; about:blank where the status says it all.'),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string().describe('The sort of problem in a word, for programs.'),
  errors: z
    .array(
      z.object({
        detail: z.string().describe('To be read after the name of the field.'),
        pointer: z.string().describe('A JSON pointer to the field, as a URI fragment.'),
        code: z.string(),
      }),
    )
    .optional(),
});

type ProblemError = NonNullable<z.output<typeof problemShape>['errors']>[number];

/**
 * Failures as problem details (RFC 9457): `type`, `title`, `status`, `detail`, the failure's `code`, and `errors` with a JSON
 * pointer for each field that the caller can put right. `docs/problems.md` describes every type.
 *
 * @throws TypeError for a base that is no absolute URL
 * @example
 * ```ts
 * import { problems } from '@pwreset/http';
 *
 * const failure = problems({ base: 'https://docs.acme.example/problems#' });
 * failure({ kind: 'malformed', issues: [{ field: 'email', problem: 'missing' }] }).status; // 400
 * ```
 */
export function problems(options: ProblemOptions = {}): FailureLook {
  const { base = defaultProblemBase } = options;
  if (!URL.canParse(base)) throw new TypeError(`the base of problem types must be an absolute URL, not ${base}`);
  return (failure) => {
    const { code, type, status, title, detail } = problemOf(failure, base);
    const errors = errorsOf(failure, options);
    const json = { type, title, status, detail, code, ...(errors.length > 0 && { errors }) };
    return { status, mediaType: 'application/problem+json', json };
  };
}

/** The name of a type: what its chapter's heading in the documentation makes an anchor. */
export const problemName = (code: keyof typeof problemTypes): string => code.replaceAll('_', '-');

/** As it stands in the answer, before the words for this one. */
interface Problem extends ProblemType {
  readonly code: string;
  readonly type: string;
}

function problemOf(failure: Failure, base: string): Problem {
  const typed = (code: keyof typeof problemTypes): Problem => ({
    code,
    type: base + problemName(code),
    ...problemTypes[code],
  });
  switch (failure.kind) {
    case 'refused':
      return typed(failure.error.code);
    case 'unauthenticated':
      return typed('unauthenticated');
    case 'malformed': {
      const unreadable = failure.issues.length === 0 ? { detail: 'The request cannot be read.' } : {};
      return { ...typed('invalid_input'), ...unreadable };
    }
    default:
      return { code: failure.kind, type: 'about:blank', ...plainProblems[failure.kind] };
  }
}

function errorsOf(
  failure: Failure,
  { fields = {}, passwordField = 'password' }: ProblemOptions,
): readonly ProblemError[] {
  if (failure.kind === 'malformed') {
    return failure.issues.map(({ field, problem }) => {
      const name = Object.hasOwn(fields, field) ? (fields[field] ?? field) : field;
      return { detail: problemWords[problem], pointer: pointerTo(name), code: problem };
    });
  }
  if (failure.kind !== 'refused' || !(failure.error instanceof PasswordRefused)) return [];
  const pointer = pointerTo(passwordField);
  return failure.error.reasons.map((code) => ({ detail: reasonText(code), pointer, code }));
}

/** A JSON pointer as a URI fragment (RFC 6901, section 6). */
const pointerTo = (field: string): string =>
  field === '' ? '#' : `#/${encodeURIComponent(field.replaceAll('~', '~0').replaceAll('/', '~1'))}`;
