import type { Context } from './context.js';
import type { Client } from './entities.js';
import { type PwresetError, TooManyRequests } from './errors.js';
import type { FlowName } from './events.js';
import { describeFault } from './fault.js';
import { defaultRealm, type Realm, type ServiceId } from './ids.js';
import { type CountedArea, callerLimits } from './limit-rules.js';
import type { Limit } from './limits.js';
import type { FlowInput } from './pwreset-types.js';
import { clearLimit } from './steps.js';

/** One call of a flow: who calls, for whom, and when it began. */
export interface Call {
  readonly flow: FlowName;
  readonly serviceId: ServiceId;
  readonly realm: Realm;
  readonly client: Client;
  readonly startedAt: number;
  /** The client's address as far as limits may count it; `null` where it is the service that calls. */
  readonly countedIp: string | null;
  readonly limits: readonly Limit[];
}

const areaOf = (flow: FlowName): CountedArea => {
  if (flow === 'login' || flow === 'update_password') return 'password';
  return flow.startsWith('begin_') ? 'begin' : 'token';
};

const maxIpLength = 64;
const maxUserAgentLength = 300;

/** A header's value, fit to be stored and shown: bounded, one line, well-formed. */
function headerText(value: unknown, maxLength: number): string | null {
  if (typeof value !== 'string') return null;
  const text = value
    .toWellFormed()
    .replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
  return text === '' ? null : text.slice(0, maxLength).toWellFormed();
}

export const clientOf = (client: FlowInput['client']): Client => ({
  ip: headerText(client?.ip, maxIpLength),
  userAgent: headerText(client?.userAgent, maxUserAgentLength),
});

/** @throws TypeError where no service is configured and none is named */
export function callOf(
  context: Context,
  flow: FlowName,
  input: FlowInput & { readonly realm?: Realm | undefined },
): Call {
  const serviceId = input.service ?? context.services.defaultId;
  if (serviceId === null) throw new TypeError(`${flow}: name the service, or configure one`);
  if (typeof serviceId !== 'string' || typeof (input.realm ?? '') !== 'string') {
    throw new TypeError(`${flow}: service and realm are text`);
  }
  const client = clientOf(input.client);
  const limitBy = input.limitBy ?? 'client';
  const countedIp = limitBy === 'service' ? null : client.ip;
  const startedAt = context.clock.now();
  const counted = { area: areaOf(flow), ip: countedIp, service: limitBy === 'client' ? null : serviceId };
  return {
    flow,
    serviceId,
    realm: input.realm ?? defaultRealm,
    client,
    startedAt,
    countedIp,
    limits: callerLimits(context.settings.limits, counted, startedAt),
  };
}

/** Charges the caller's limits and these. @throws {@link TooManyRequests} */
export async function charge(context: Context, call: Call, further: readonly Limit[] = []): Promise<void> {
  const limits = [...call.limits, ...further];
  if (limits.length === 0) return;
  const result = await context.storage.charge(limits);
  if (result.outcome === 'limited') throw limitReached(context, call, limits[result.limit], result.retryAfterMs);
}

/** Fills limits up again that were charged for what turned out right; a storage that fails at it is an event and stops nobody. */
export async function giveBack(
  context: Context,
  { flow }: Pick<Call, 'flow'>,
  limits: readonly Limit[],
): Promise<void> {
  try {
    await context.storage.commit(limits.map(({ key }) => clearLimit(key)));
  } catch (error) {
    context.emit({ type: 'storage_fault', flow, fault: describeFault(error) });
  }
}

export function limitReached(
  context: Context,
  { flow, client }: Pick<Call, 'flow' | 'client'>,
  limit: Limit | undefined,
  retryAfterMs: number,
): PwresetError {
  if (limit !== undefined) context.emit({ type: 'limit_reached', flow, limit: limit.name, client });
  return new TooManyRequests(retryAfterMs, limit ?? { name: 'ip', now: context.clock.now(), capacity: 1 });
}
