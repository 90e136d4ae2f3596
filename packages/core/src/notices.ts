import type { Call } from './call.js';
import type { Context } from './context.js';
import type { AuditEntry, AuditEvent, NewToken, ServiceLinks, User } from './entities.js';
import type { FlowName } from './events.js';
import { describeFault } from './fault.js';
import { type AttemptId, type JobId, jobId, type UserId } from './ids.js';
import { encodeWork, type NewJob, type NoticeWork } from './jobs.js';
import type { MailKind } from './mail.js';
import { enqueue } from './steps.js';
import { newToken } from './tokens.js';
import { uuid } from './uuid.js';

export const newJobId = (context: Context): JobId => jobId(uuid(context.random));

/** The token of the "this was not me" link. */
export const newRevokeToken = (context: Context, call: Call, user: User, issuedAt: number): NewToken =>
  newToken(
    {
      purpose: 'revoke',
      user,
      serviceId: call.serviceId,
      issuedAt,
      lifetimeMs: context.settings.revokeLifetimeMs,
    },
    context.keyRing,
    context.random,
  );

/** Which link of the service a notice carries. */
export const noticeLinks = {
  reset_notice: 'resetNotice',
  update_notice: 'updateNotice',
  email_change_notice: 'emailChangeNotice',
} as const satisfies Partial<Record<MailKind, keyof ServiceLinks>>;

/** The mail that says what happened, to the address that is stored at this moment (P5). */
export function notice(
  context: Context,
  call: Call,
  what: {
    readonly mail: NoticeWork['mail'];
    readonly user: User;
    readonly to: string;
    readonly token: NewToken | null;
    readonly now: number;
  },
): NewJob {
  const { mail, user, to, token, now } = what;
  const payload = encodeWork({
    kind: 'notice',
    mail,
    userId: user.id,
    tokenId: token?.id ?? null,
    serviceId: call.serviceId,
    locale: user.locale,
    timezone: user.timezone,
    at: now,
    client: call.client,
  });
  const expiresAt = now + context.settings.revokeLifetimeMs;
  return {
    id: newJobId(context),
    kind: 'notice',
    uniqueKey: null,
    address: to,
    payload,
    createdAt: now,
    dueAt: now,
    expiresAt,
  };
}

/**
 * Tells the application to end the sessions that began before the change, in the same millisecond too; none where it has no
 * sessions port.
 */
export function endSessions(context: Context, userId: UserId, now: number): readonly NewJob[] {
  if (context.sessions === null) return [];
  const payload = encodeWork({ kind: 'signal', signal: 'end_sessions', userId, startedBefore: now + 1 });
  const expiresAt = now + context.settings.revokeLifetimeMs;
  return [
    {
      id: newJobId(context),
      kind: 'signal',
      uniqueKey: null,
      address: null,
      payload,
      createdAt: now,
      dueAt: now,
      expiresAt,
    },
  ];
}

/**
 * Ends the sessions too that the old password began while the commit waited for its locks. Answers from when on a session
 * counts as begun after the change.
 */
export async function endLateSessions(context: Context, flow: FlowName, userId: UserId, now: number): Promise<number> {
  const after = context.clock.now();
  if (context.sessions === null || after <= now) return now + 1;
  try {
    await context.storage.commit(endSessions(context, userId, after).map(enqueue));
    context.wake(after);
  } catch (error) {
    context.emit({ type: 'storage_fault', flow, fault: describeFault(error) });
  }
  return after + 1;
}

/** The audit row of a change. */
export const audit = (
  attempt: AttemptId,
  event: AuditEvent,
  userId: UserId | null,
  call: Pick<Call, 'serviceId' | 'client'>,
  at: number,
): AuditEntry => ({ id: attempt, event, at, userId, serviceId: call.serviceId, ...call.client });
