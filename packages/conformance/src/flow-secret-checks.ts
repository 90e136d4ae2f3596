import assert from 'node:assert/strict';
import { type Mailer, type PwresetEvent, type PwresetOptions, tokenId } from '@pwreset/core';
import { pendingJobs } from './flow-checks.js';
import type { FlowParts } from './flow-parts.js';
import { ann, day, minute, newPassword, oldPassword, tokenIn, type World } from './flow-world.js';

const lastPassword = 'the last of the passwords';
const wrongPassword = 'nobody ever had this one';
export const otherAddress = 'Somebody.Else@example.org';

export interface Relay {
  readonly mailer: Mailer;
  /** The token of every mail that was tried, oldest first, each once. */
  readonly tokens: readonly string[];
  /** The code of every mail that was tried, oldest first, each once. */
  readonly codes: readonly string[];
  /** The token of the last reset mail, or of the last notice: which of the two comes first is nobody's promise. */
  readonly last: (kind: 'reset' | 'notice') => string;
}

/** A mailer that fails a mail `times` before it takes it, and says as much as careless ones do. */
export function indiscreetRelay({ mailer }: FlowParts, times: number): Relay {
  const tries = new Map<string, number>();
  const tokens: string[] = [];
  const codes: string[] = [];
  const last = new Map<'reset' | 'notice', string>();
  return {
    tokens,
    codes,
    last: (kind) => last.get(kind) ?? assert.fail(`no ${kind} has been tried`),
    mailer: {
      async send(mail, options) {
        const count = (tries.get(mail.messageId) ?? 0) + 1;
        tries.set(mail.messageId, count);
        const url = 'url' in mail ? mail.url : null;
        if (url !== null && count === 1) {
          tokens.push(tokenIn(url));
          last.set(mail.kind === 'reset' || mail.kind === 'reset_code' ? 'reset' : 'notice', tokenIn(url));
        }
        const code = 'code' in mail ? mail.code : null;
        if (code !== null && !codes.includes(code)) codes.push(code);
        if (count <= times) throw new Error(`550 <${mail.to}> will not read ${url}, ${tokens.at(-1)}, ${code}`);
        await mailer.send(mail, options);
      },
    },
  };
}

/** The texts that must be nowhere, tokens as a whole and without their id, which is no secret. */
const secretsOf = ({ tokens, codes }: Relay, others: readonly string[]): readonly string[] => [
  ...codes,
  ...tokens,
  ...tokens.map((token) => token.slice(20)),
  ...others,
];

export function assertFreeOf(secrets: readonly string[], text: string): void {
  const lower = text.toLowerCase();
  for (const secret of secrets) assert.ok(!lower.includes(secret.toLowerCase()), `it carries ${secret}`);
}

export async function refused(...calls: readonly Promise<unknown>[]): Promise<void> {
  for (const { status } of await Promise.allSettled(calls)) assert.equal(status, 'rejected');
}

/** P2: flows up to the point at which every mail is pending, and nothing that is at rest is one of their secrets. */
export async function nothingUsableAtRest(world: World, relay: Relay, others: readonly string[]): Promise<void> {
  const { application, pwreset, storage } = world;
  await pwreset.beginCodeReset({ email: ann });
  await pwreset.idle();
  await pwreset.confirmCodeReset({ email: ann, code: relay.codes.at(-1) ?? assert.fail('no code'), newPassword });
  await pwreset.idle();
  await pwreset.updatePassword({ email: ann, password: newPassword, newPassword: lastPassword });
  await pwreset.emailChanged({ userId: world.ann.id, oldEmail: ann });
  await pwreset.idle();
  await world.clock.advance(10 * minute);
  await pwreset.beginCodeReset({ email: ann });
  await pwreset.idle();

  const pending = await pendingJobs(world);
  assert.deepEqual(pending.map((job) => job.kind).sort(), ['mail', 'notice', 'notice', 'notice']);
  assert.equal(relay.tokens.length, 5);
  assert.equal(relay.codes.length, 2);
  const ids = relay.tokens.map((token) => tokenId(token.slice(0, 20)));
  const tokens = await Promise.all(ids.map((id) => storage.findToken(id)));
  const read = [...tokens, ...pending, ...(await application.audit())];
  const dump = await world.dump();
  for (const id of ids) assert.ok(dump.includes(id), 'the rows of the tokens are in the dump');
  const secrets = secretsOf(relay, [...others, oldPassword, newPassword, lastPassword]);
  assertFreeOf(secrets, JSON.stringify(read));
  assertFreeOf(secrets, dump);
}

/** P12: every event that a flow can cause is caused, and none carries a secret or a full address. */
export async function eventsAreSilent(world: World, relay: Relay, others: readonly string[]): Promise<void> {
  await everyFlow(world, relay);
  const seen = new Set<string>(world.events.map((event) => event.type));
  const missing = Object.keys(expectedEvents).filter((type) => !seen.has(type));
  assert.deepEqual(missing, [], 'every event that a flow can cause was caused');
  const passwords = [oldPassword, newPassword, lastPassword, wrongPassword];
  const addresses = [ann, otherAddress].flatMap((address) => [address, encodeURIComponent(address)]);
  const secrets = secretsOf(relay, [...others, ...passwords, ...addresses]);
  assertFreeOf(secrets, JSON.stringify(world.events));
  assert.ok(relay.tokens.length >= 5);
  assert.equal(relay.codes.length, 1);
}

/** Ports that refuse, and that say as much as careless ones do. */
export const indiscreetOptions = (relay: Relay): Partial<PwresetOptions> => ({
  mailer: relay.mailer,
  policy: (password) => (password === lastPassword ? ['not this one'] : []),
  secondFactor: { verify: async (_, factor) => (factor === undefined ? 'not_required' : 'failed') },
  strength: () => {
    throw new Error(`no dictionary for ${ann}`);
  },
  sessions: { endAll: async () => assert.fail(`no session store for ${ann}`) },
  limits: { begin_by_address: { capacity: 6, refillMs: day } },
});

type Expected = Exclude<
  PwresetEvent['type'],
  'address_ambiguous' | 'address_differs' | 'overloaded' | 'sessions_ended' | 'job_lost'
>;

/** A record, so that a new event has to be caused here or left out by name. */
const expectedEvents: Readonly<Record<Expected, true>> = {
  reset_requested: true,
  begin_ignored: true,
  code_withheld: true,
  limit_reached: true,
  token_refused: true,
  password_refused: true,
  login_refused: true,
  logged_in: true,
  second_factor_refused: true,
  password_reset: true,
  password_updated: true,
  user_revoked: true,
  email_change_noted: true,
  user_changed: true,
  credential_unrecognised: true,
  rehash_failed: true,
  strength_failed: true,
  storage_fault: true,
  commit_settled: true,
  mail_sent: true,
  mail_dropped: true,
  job_retried: true,
  job_dead: true,
};

async function everyFlow(world: World, relay: Relay): Promise<void> {
  const { clock, pwreset, storage, hasher } = world;
  const delivered = async (): Promise<void> => {
    for (let pass = 0; pass < 3; pass += 1) {
      await pwreset.idle();
      await clock.advance(minute);
    }
  };
  await pwreset.users.enable(world.ann.id);
  await refused(pwreset.login({ email: ann, password: wrongPassword }));
  await refused(pwreset.login({ email: otherAddress, password: wrongPassword }));
  await pwreset.login({ email: ann, password: oldPassword });
  const careless = { ...hasher, hash: () => Promise.reject(new Error(`cannot renew ${hasher.dummy} of ${ann}`)) };
  const renewing = world.another({ hasher: { ...careless, verify: async () => 'outdated' } });
  await renewing.login({ email: ann, password: oldPassword });
  const unknowing = world.another({ hasher: { ...careless, verify: async () => 'unrecognised' } });
  await refused(unknowing.login({ email: ann, password: oldPassword }));

  storage.loseNextAnswer();
  await pwreset.emailChanged({ userId: world.ann.id, oldEmail: ann });
  for (const email of [ann, otherAddress]) await pwreset.beginCodeReset({ email });
  storage.failNext('findUsersByEmail');
  await delivered();
  const token = relay.last('reset');
  await pwreset.checkToken({ token });
  await refused(
    pwreset.confirmReset({ token: `${token}x`, password: newPassword }),
    pwreset.confirmReset({ token: token.slice(0, -1) + (token.endsWith('0') ? '1' : '0'), password: newPassword }),
    pwreset.revoke({ token }),
    pwreset.confirmReset({ token, password: lastPassword }),
    pwreset.confirmReset({ token, password: ann }),
    pwreset.confirmReset({ token, password: newPassword, factor: wrongPassword }),
  );
  const byCode = { email: ann, code: relay.codes.at(-1) ?? assert.fail('no code'), newPassword: lastPassword };
  await refused(
    pwreset.confirmCodeReset(byCode),
    pwreset.confirmCodeReset({ ...byCode, newPassword, factor: wrongPassword }),
    pwreset.confirmCodeReset({ ...byCode, code: token }),
    pwreset.confirmCodeReset({ ...byCode, code: `${byCode.code}0` }),
    pwreset.confirmCodeReset({ ...byCode, email: otherAddress }),
  );
  storage.failNext('commit');
  await refused(pwreset.confirmReset({ token, password: newPassword }));
  await pwreset.confirmReset({ token, password: newPassword });
  await refused(pwreset.confirmReset({ token, password: newPassword }));
  await delivered();

  const update = { email: ann, newPassword: oldPassword };
  await refused(pwreset.updatePassword({ ...update, password: wrongPassword }));
  await refused(pwreset.updatePassword({ ...update, password: newPassword, factor: wrongPassword }));
  await pwreset.beginCodeReset({ email: ann });
  await clock.advance(10 * minute);
  await pwreset.idle();
  await pwreset.updatePassword({ ...update, password: newPassword });
  await delivered();
  const revoke = relay.last('notice');
  await pwreset.revoke({ token: revoke });
  await refused(pwreset.revoke({ token: revoke }), pwreset.confirmReset({ token, password: newPassword }));
  for (let count = 0; count < 8; count += 1) await pwreset.beginReset({ email: ann });
  await delivered();
  storage.failNext('commit', 2);
  await pwreset.idle();
  await clock.advance(8 * day);
  await pwreset.idle();
}
