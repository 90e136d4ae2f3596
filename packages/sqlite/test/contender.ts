import {
  attemptId,
  closeTokens,
  enqueue,
  finishJob,
  holdJob,
  jobId,
  record,
  setPassword,
  tokenId,
  userId,
  useToken,
} from '@pwreset/core';
import { sqliteStorage } from '../src/index.js';

/** One of several processes on one file: opens it, says so, and starts when it is told to. */
const [database = '', name = '', tokens = '0'] = process.argv.slice(2);
const now = Date.UTC(2026, 0, 2, 3, 4, 6);
const ann = userId('ann');

export interface Report {
  readonly confirmed: readonly string[];
  readonly claimed: readonly string[];
}

async function contend(storage: ReturnType<typeof sqliteStorage>): Promise<Report> {
  const confirmed: string[] = [];
  for (let n = 0; n < Number(tokens); n += 1) {
    const attempt = attemptId(`${name} ${n}`);
    const { outcome } = await storage.commit([
      useToken(tokenId(`token ${n}`), { now, attempt }),
      setPassword(ann, `$${name}$${n}`, now),
      closeTokens(ann, ['reset_code'], now),
      enqueue({
        id: jobId(`notice ${name} ${n}`),
        kind: 'notice',
        uniqueKey: null,
        address: 'ann@example.com',
        payload: '{}',
        createdAt: now,
        dueAt: now + 1,
        expiresAt: now + 1000,
      }),
      record({
        id: attempt,
        event: 'password_reset',
        at: now,
        userId: ann,
        serviceId: null,
        ip: null,
        userAgent: null,
      }),
    ]);
    if (outcome === 'applied') confirmed.push(`token ${n}`);
  }
  const claimed: string[] = [];
  for (;;) {
    const jobs = await storage.claimJobs({ now, leaseMs: 1000, limit: 2 });
    if (jobs.length === 0) return { confirmed, claimed };
    for (const { id, attempt } of jobs) {
      claimed.push(id);
      const { outcome } = await storage.commit([holdJob(id, attempt), finishJob(id, now)]);
      if (outcome !== 'applied') throw new Error(`the job ${id} was taken away`);
    }
  }
}

const storage = sqliteStorage({ database, migrate: true, busyTimeoutMs: 30_000 });
process.once('message', async () => {
  process.send?.(await contend(storage));
  storage.close();
  process.disconnect();
});
process.send?.('ready');
