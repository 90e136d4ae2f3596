import { z } from 'zod';
import type { JobId } from './ids.js';

/** In the order in which {@link Storage.claimJobs} hands them out: a signal first, a begin last. */
export const jobKinds = ['signal', 'notice', 'mail', 'begin'] as const;

/** What sort of work a row of the outbox is; its place in {@link jobKinds} is its priority. */
export type JobKind = (typeof jobKinds)[number];

/** Work that a commit promises. Storage keeps `payload` as it is and does not look into it. */
export interface NewJob {
  readonly id: JobId;
  readonly kind: JobKind;
  /** At most one pending job has this key; a second one is not queued, and that is not an error. */
  readonly uniqueKey: string | null;
  /** An address in full; erased when the job ends. */
  readonly address: string | null;
  /** JSON of ids and times, no secret. */
  readonly payload: string;
  readonly createdAt: number;
  readonly dueAt: number;
  /** From here on the work is pointless. */
  readonly expiresAt: number;
}

/** A job in the hands of one worker. `attempt` counts from 1 and fences off whoever held it before. */
export interface ClaimedJob extends NewJob {
  readonly attempt: number;
}

export const jobStates = ['pending', 'done', 'dead'] as const;
export type JobState = (typeof jobStates)[number];

/** A job as the Directory lists it. */
export interface Job extends ClaimedJob {
  readonly state: JobState;
  readonly leaseUntil: number | null;
  readonly endedAt: number | null;
}

const client = z.object({ ip: z.string().nullable(), userAgent: z.string().nullable() });

/** What a caller asked the mail to carry; what an earlier release queued is a link to the service's own page. */
const wanted = {
  /** Whether the mail also shows a code. */
  code: z.boolean().default(false),
  /** The caller's template; `null`: the service's own. */
  resetUrl: z.string().nullable().default(null),
};

const beginWork = z.object({
  kind: z.literal('begin'),
  realm: z.string(),
  serviceId: z.string(),
  requestedAt: z.number(),
  client,
  ...wanted,
});

const resetMailWork = z.object({
  kind: z.literal('mail'),
  mail: z.literal('reset'),
  tokenId: z.string(),
  /** The token of the code that the mail shows too. */
  codeId: z.string().nullable().default(null),
  resetUrl: wanted.resetUrl,
  serviceId: z.string(),
  requestedAt: z.number(),
  client,
});

const noticeWork = z.object({
  kind: z.literal('notice'),
  mail: z.enum(['reset_notice', 'update_notice', 'email_change_notice', 'revoke_notice']),
  userId: z.string(),
  /** The revoke token that the notice links to; a notice of a revoke has none. */
  tokenId: z.string().nullable(),
  serviceId: z.string(),
  locale: z.string(),
  timezone: z.string(),
  at: z.number(),
  client,
});

const endSessionsWork = z.object({
  kind: z.literal('signal'),
  signal: z.literal('end_sessions'),
  userId: z.string(),
  startedBefore: z.number(),
});

const work = z.discriminatedUnion('kind', [beginWork, resetMailWork, noticeWork, endSessionsWork]);

/** What a payload says, read back. The address travels beside it, so that it can be erased. */
export type Work = z.infer<typeof work>;
export type BeginWork = z.infer<typeof beginWork>;
export type ResetMailWork = z.infer<typeof resetMailWork>;
export type NoticeWork = z.infer<typeof noticeWork>;
export type EndSessionsWork = z.infer<typeof endSessionsWork>;

/**
 * What an earlier release would read and carry out without what was asked for has a kind that it does not know: it leaves the job
 * to a worker that does.
 */
const chosenKinds = new Map([
  ['begin', 'begin_chosen'],
  ['mail', 'mail_chosen'],
]);

const isChosen = (value: Work): boolean =>
  (value.kind === 'begin' && (value.code || value.resetUrl !== null)) ||
  (value.kind === 'mail' && (value.codeId !== null || value.resetUrl !== null));

/**
 * Work as the payload of a job. {@link decodeWork} reads it back.
 */
export const encodeWork = (value: Work): string =>
  JSON.stringify(isChosen(value) ? { ...value, kind: chosenKinds.get(value.kind) } : value);

/** The payload of a job under the kind that it has here. */
const payloadOf = z.looseObject({ kind: z.string() }).transform((payload) => {
  const [kind = payload.kind] = [...chosenKinds].find(([, chosen]) => chosen === payload.kind) ?? [];
  return { ...payload, kind };
});

/**
 * The work that a payload says; `null` for what this version cannot read: a job of a newer version, or a damaged row.
 */
export function decodeWork(payload: string): Work | null {
  try {
    return payloadOf.pipe(work).safeParse(JSON.parse(payload)).data ?? null;
  } catch {
    return null;
  }
}
