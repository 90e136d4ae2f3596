import assert from 'node:assert/strict';
import { type Mailer, type PwresetEvent, serviceLinks, tokenId } from '@pwreset/core';
import {
  ann,
  day,
  type FlowParts,
  type FlowTest,
  keyFor,
  minute,
  newPassword,
  oldPassword,
  tokenIn,
  type World,
  worldOf,
} from './flow-world.js';

const links = serviceLinks({ reset: 'https://b.example/?t={{token}}', revoke: 'https://b.example/no?t={{token}}' });
const lastPassword = 'the last of the passwords';
const wrongPassword = 'nobody ever had this one';
const otherAddress = 'Somebody.Else@example.org';

interface Relay {
  readonly mailer: Mailer;
  /** The token of every mail that was tried, oldest first, each once. */
  readonly tokens: readonly string[];
  readonly last: () => string;
}

/** A mailer that fails a mail `times` before it takes it, and says as much as careless ones do. */
function indiscreetRelay({ mailer }: FlowParts, times: number): Relay {
  const tries = new Map<string, number>();
  const tokens: string[] = [];
  return {
    tokens,
    last: () => tokens.at(-1) ?? assert.fail('no mail has been tried'),
    mailer: {
      async send(mail, options) {
        const count = (tries.get(mail.messageId) ?? 0) + 1;
        tries.set(mail.messageId, count);
        const url = 'url' in mail ? mail.url : null;
        if (url !== null && count === 1) tokens.push(tokenIn(url));
        if (count <= times) throw new Error(`550 <${mail.to}> will not read ${url}, ${tokens.at(-1)}`);
        await mailer.send(mail, options);
      },
    },
  };
}

/** The texts that must be nowhere, tokens as a whole and without their id, which is no secret. */
const secretsOf = (tokens: readonly string[], others: readonly string[]): readonly string[] => [
  ...tokens,
  ...tokens.map((token) => token.slice(20)),
  ...others,
];

function assertFreeOf(secrets: readonly string[], text: string): void {
  const lower = text.toLowerCase();
  for (const secret of secrets) assert.ok(!lower.includes(secret.toLowerCase()), `it carries ${secret}`);
}

async function refused(...calls: readonly Promise<unknown>[]): Promise<void> {
  for (const { status } of await Promise.allSettled(calls)) assert.equal(status, 'rejected');
}

export function testSecrets(test: FlowTest): void {
  test('P2: with every mail still pending, nothing that is at rest is a token, a key or a password', async (parts) => {
    const relay = indiscreetRelay(parts, Number.POSITIVE_INFINITY);
    const world = await worldOf(parts, { mailer: relay.mailer });
    const { pwreset, storage } = world;
    const key = await keyFor(world);
    const service = await pwreset.services.createWithKey({ name: 'B', url: 'https://b.example', links });

    await pwreset.beginReset({ email: ann });
    await pwreset.idle();
    await pwreset.confirmReset({ token: relay.last(), password: newPassword });
    await pwreset.idle();
    await pwreset.updatePassword({ email: ann, password: newPassword, newPassword: lastPassword });
    await pwreset.emailChanged({ userId: world.ann.id, oldEmail: ann });
    await pwreset.idle();
    await world.clock.advance(10 * minute);
    await pwreset.beginReset({ email: ann });
    await pwreset.idle();

    const pending = await storage.listJobs({ state: 'pending', limit: 1_000 });
    assert.deepEqual(pending.map((job) => job.kind).sort(), ['mail', 'notice', 'notice', 'notice']);
    assert.equal(relay.tokens.length, 5);
    const ids = relay.tokens.map((token) => tokenId(token.slice(0, 20)));
    const read = [
      ...(await Promise.all(ids.map((id) => storage.findToken(id)))),
      await storage.findKey(key.id),
      ...pending,
      ...(await storage.listAudit({ limit: 1_000 })),
    ];
    const dump = await parts.dump();
    for (const id of ids) assert.ok(dump.includes(id), 'the rows of the tokens are in the dump');
    const passwords = [oldPassword, newPassword, lastPassword];
    const secrets = secretsOf(relay.tokens, [key.value, service.value, ...passwords]);
    assertFreeOf(secrets, JSON.stringify(read));
    assertFreeOf(secrets, dump);
  });

  test('P2: an address that was queued is erased when its job has ended', async (parts) => {
    const world = await worldOf(parts);
    await world.pwreset.beginReset({ email: otherAddress });
    assert.ok((await parts.dump()).toLowerCase().includes(otherAddress.toLowerCase()));
    await world.pwreset.idle();
    const jobs = await world.storage.listJobs({ limit: 1_000 });
    assertFreeOf([otherAddress], JSON.stringify(jobs));
  });

  test('P12: no event of any flow carries a token, a key, a password or a full address', async (parts) => {
    const relay = indiscreetRelay(parts, 1);
    const world = await worldOf(parts, {
      mailer: relay.mailer,
      policy: (password) => (password === lastPassword ? ['not this one'] : []),
      secondFactor: { verify: async (_, factor) => (factor === undefined ? 'not_required' : 'failed') },
      strength: () => {
        throw new Error(`no dictionary for ${ann}`);
      },
      sessions: { endAll: async () => assert.fail(`no session store for ${ann}`) },
      limits: { begin_by_address: { capacity: 6, refillMs: day } },
    });
    const key = await keyFor(world);
    const service = await world.pwreset.services.createWithKey({ name: 'B', url: 'https://b.example', links });
    await everyFlow(world, relay);
    await refused(world.pwreset.keys.verify(`${key.value}x`), world.pwreset.services.authenticate(key.value));

    const seen = new Set(world.events.map((event) => event.type));
    const expected = Object.keys(expectedEvents).filter((type) => ![...seen].some((one) => one === type));
    assert.deepEqual(expected, [], 'every event that a flow can cause was caused');
    const passwords = [oldPassword, newPassword, lastPassword, wrongPassword];
    const addresses = [ann, otherAddress].flatMap((address) => [address, encodeURIComponent(address)]);
    const secrets = secretsOf(relay.tokens, [key.value, service.value, ...passwords, ...addresses]);
    assertFreeOf(secrets, JSON.stringify(world.events));
    assert.ok(relay.tokens.length >= 5);
  });
}

type Expected = Exclude<
  PwresetEvent['type'],
  'address_ambiguous' | 'address_differs' | 'overloaded' | 'sessions_ended' | 'job_lost'
>;

/** A record, so that a new event has to be caused here or left out by name. */
const expectedEvents: Readonly<Record<Expected, true>> = {
  reset_requested: true,
  begin_ignored: true,
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
  for (const email of [ann, otherAddress]) await pwreset.beginReset({ email });
  storage.failNext('findUsersByEmail');
  await delivered();
  const token = relay.last();
  await pwreset.checkToken({ token });
  await refused(
    pwreset.confirmReset({ token: `${token}x`, password: newPassword }),
    pwreset.confirmReset({ token: token.slice(0, -1) + (token.endsWith('0') ? '1' : '0'), password: newPassword }),
    pwreset.revoke({ token }),
    pwreset.confirmReset({ token, password: lastPassword }),
    pwreset.confirmReset({ token, password: ann }),
    pwreset.confirmReset({ token, password: newPassword, factor: wrongPassword }),
  );
  storage.failNext('commit');
  await refused(pwreset.confirmReset({ token, password: newPassword }));
  await pwreset.confirmReset({ token, password: newPassword });
  await refused(pwreset.confirmReset({ token, password: newPassword }));
  await delivered();

  const update = { email: ann, newPassword: oldPassword };
  await refused(pwreset.updatePassword({ ...update, password: wrongPassword }));
  await refused(pwreset.updatePassword({ ...update, password: newPassword, factor: wrongPassword }));
  await pwreset.beginReset({ email: ann });
  await pwreset.idle();
  await pwreset.updatePassword({ ...update, password: newPassword });
  await delivered();
  const revoke = relay.last();
  await pwreset.revoke({ token: revoke });
  await refused(pwreset.revoke({ token: revoke }), pwreset.confirmReset({ token, password: newPassword }));
  for (let count = 0; count < 8; count += 1) await pwreset.beginReset({ email: ann });
  await delivered();
  storage.failNext('commit', 2);
  await pwreset.idle();
  await clock.advance(8 * day);
  await pwreset.idle();
}
