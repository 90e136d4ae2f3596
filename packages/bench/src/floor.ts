import { systemClock } from '@pwreset/core';
import type { BenchClient, Contestant } from './contestant.js';
import {
  beginJob,
  type FloorJob,
  type FloorToken,
  issueFor,
  type JobRow,
  mayReset,
  noticeFor,
  requireGood,
  resetLetter,
  type TokenRow,
  tokenIdOf,
  type UserRow,
} from './floor-rows.js';
import {
  addressOf,
  beginKey,
  type FloorLimit,
  limitByAddress,
  limitByIp,
  mootKeys,
  newId,
  openToken,
} from './floor-values.js';
import { workers } from './flow.js';
import { freeHasher } from './free-hasher.js';
import { postbox } from './postbox.js';

/** SQLite answers at once. */
export type Answer<Result> = Result | Promise<Result>;

/** What stands in the audit trail, under the id of the attempt. */
export interface FloorAudit {
  readonly attempt: string;
  readonly client: BenchClient;
}

/** One commit each, with all of its guards, or one read. */
export interface FloorStorage {
  /** Charges both limits and queues the job where both allow it; whether the first does. */
  begin(
    byIp: FloorLimit,
    byAddress: FloorLimit,
    job: FloorJob & { readonly uniqueKey: string },
    now: number,
  ): Answer<boolean>;
  claim(now: number, leaseUntil: number, limit: number): Answer<readonly JobRow[]>;
  findUser(address: string): Answer<UserRow | undefined>;
  findToken(id: string): Answer<TokenRow | undefined>;
  /** Ends the begin and leaves a token, the mail with it and an audit row; only for a user who is enabled. */
  issue(begun: JobRow, user: UserRow, token: FloorToken, mail: FloorJob, audit: FloorAudit, now: number): Answer<void>;
  /** @throws {Error} where another worker has the job. */
  finish(job: JobRow, now: number): Answer<void>;
  /** Charges the limit, durably, and reads the token. @throws {Error} where the limit refuses. */
  open(byIp: FloorLimit, tokenId: string, now: number): Answer<TokenRow | undefined>;
  setPassword(change: PasswordChange): Answer<void>;
}

export interface PasswordChange extends FloorAudit {
  readonly tokenId: string;
  /** As it was read; the commit fails where password or address have changed since. */
  readonly user: UserRow;
  readonly hash: string;
  readonly revoke: FloorToken;
  readonly notice: FloorJob;
  readonly moot: readonly [string, string, string];
  readonly now: number;
}

const leaseMs = 60_000;

/** The flow by hand: what it has to do between its statements, and no more. */
export function floor(name: string, storage: FloorStorage): Contestant {
  const sent = postbox();

  async function carryOutBegin(job: JobRow): Promise<void> {
    const user = await storage.findUser(job.address ?? '');
    const now = systemClock.now();
    if (!mayReset(user) || now >= Number(job.expires_at)) return storage.finish(job, now);
    const { token, mail, client } = issueFor(user, job);
    return storage.issue(job, user, token, mail, { attempt: newId(), client }, now);
  }

  async function sendMail(job: JobRow): Promise<void> {
    const row = requireGood(await storage.findToken(tokenIdOf(job)), systemClock.now());
    await sent.send(resetLetter(job, row));
    await storage.finish(job, systemClock.now());
  }

  return {
    name,
    async begin(email, client) {
      const now = systemClock.now();
      const address = addressOf(email);
      const job = { ...beginJob(address, client, now), uniqueKey: beginKey(address, now) };
      const allowed = await storage.begin(limitByIp('begin', client.ip, now), limitByAddress(address, now), job, now);
      if (!allowed) throw new Error('too many requests');
    },
    async deliver() {
      for (;;) {
        const now = systemClock.now();
        const jobs = await storage.claim(now, now + leaseMs, workers);
        if (jobs.length === 0) return;
        await Promise.all(jobs.map((job) => (job.kind === 'begin' ? carryOutBegin(job) : sendMail(job))));
      }
    },
    async confirm(token, password, client) {
      const tokenId = openToken(token);
      if (password.length < 8) throw new Error('too short');
      const startedAt = systemClock.now();
      const opened = await storage.open(limitByIp('token', client.ip, startedAt), tokenId, startedAt);
      const user = requireGood(opened, systemClock.now());
      const hash = await freeHasher.hash(password);
      const now = systemClock.now();
      const { token: revoke, notice } = noticeFor(user, client, now);
      const moot = mootKeys(user.email, client.ip);
      await storage.setPassword({ attempt: newId(), client, tokenId, user, hash, revoke, notice, moot, now });
    },
    takeTokens: sent.takeTokens,
  };
}
