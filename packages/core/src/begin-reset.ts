import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { requireAddress } from './address.js';
import { type Call, callOf, limitReached } from './call.js';
import type { Context } from './context.js';
import { CommitUnknown } from './errors.js';
import type { ComparableAddress } from './ids.js';
import { type BeginWork, encodeWork, type NewJob } from './jobs.js';
import { beginByAddress } from './limit-rules.js';
import { newJobId } from './notices.js';
import type { BeginCodeResetInput, BeginResetInput } from './pwreset-types.js';
import { randomFraction } from './random.js';
import { chosenResetUrl } from './reset-url-choice.js';
import { enqueue } from './steps.js';

/**
 * Promises to look into a reset for this address. The user is not looked up here, so a known, an unknown, a disabled and a
 * password-less address cost the same statements and get the same answer (P1).
 */
export async function beginReset(context: Context, input: BeginResetInput): Promise<void> {
  await begin(context, callOf(context, 'begin_reset', input), input, false);
}

/** The same for a mail that also shows a code. */
export async function beginCodeReset(context: Context, input: BeginCodeResetInput): Promise<void> {
  await begin(context, callOf(context, 'begin_code_reset', input), input, true);
}

/** What the mail is to carry. */
type Wanted = Pick<BeginWork, 'code' | 'resetUrl'>;

async function begin(context: Context, call: Call, input: BeginResetInput, code: boolean): Promise<void> {
  const address = requireAddress(input.email);
  const resetUrl = await chosenResetUrl(context, call, input.resetUrl);
  const who = { realm: call.realm, service: call.serviceId, address };
  const byAddress = beginByAddress(context.settings.limits, who, call.startedAt);
  const limits = [...call.limits, byAddress];
  const job = beginJob(context, call, address, { code, resetUrl });

  const result = await context.storage.commit([enqueue(job)], limits).catch((error: unknown) => {
    // The job's own id makes a second try harmless; its limits were settled by the first or are forgiven.
    if (error instanceof CommitUnknown) return context.storage.commit([enqueue(job)]);
    throw error;
  });

  if (result.outcome === 'limited') {
    const limit = limits[result.limit];
    const error = limitReached(context, call, limit, result.retryAfterMs);
    // Over the address limit the answer stays the same: a flood of requests for one address shows nothing.
    if (limit === byAddress) return;
    throw error;
  }
  context.emit({ type: 'reset_requested', serviceId: call.serviceId, client: call.client });
  context.wake(job.dueAt);
}

/**
 * One pending begin per address, service, sort of mail and quarter of the lifetime of what it carries: one that has been left
 * lying must not swallow a fresh one and die with it, nor one without a code one with.
 */
function beginJob(context: Context, call: Call, address: ComparableAddress, wanted: Wanted): NewJob {
  const { startedAt: now, realm, serviceId, client } = call;
  const { delivery, codeLifetimeMs, resetLifetimeMs } = context.settings;
  const delayMs = delivery.mode === 'background' ? delivery.beginDelayMs * randomFraction(context.random) : 0;
  const quarter = Math.floor(now / ((wanted.code ? codeLifetimeMs : resetLifetimeMs) / 4));
  return {
    id: newJobId(context),
    kind: 'begin',
    uniqueKey: `begin:${bytesToHex(sha256(utf8ToBytes(JSON.stringify([realm, address, serviceId, quarter, wanted]))))}`,
    address,
    payload: encodeWork({ kind: 'begin', realm, serviceId, requestedAt: now, client, ...wanted }),
    createdAt: now,
    dueAt: now + Math.round(delayMs),
    expiresAt: now + resetLifetimeMs,
  };
}
