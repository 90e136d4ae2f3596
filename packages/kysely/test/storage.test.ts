import { attemptId, limitNames, StorageUnavailable, tokenId, userId } from '@pwreset/core';
import { expect, test } from 'vitest';
import type { Executor } from '../src/executor.js';
import { sqliteDialect, sqlStorage } from '../src/index.js';

const quiet: Executor = {
  rows: async () => [],
  write: async () => 0,
  run: async () => ({ outcome: 'applied' }),
};

const storageOn = (executor: Partial<Executor>) => sqlStorage({ ...quiet, ...executor }, sqliteDialect());
const limit = { name: limitNames[0], key: 'ip', capacity: 1, refillMs: 1, now: 0 };

test('an attempt that is taken is an outage: certainly nothing was applied', async () => {
  const storage = storageOn({ run: async () => ({ outcome: 'attempt_taken' }) });
  await expect(storage.commit([])).rejects.toThrow(StorageUnavailable);
});

test('a column that holds something else than the schema says is an error, and no user', async () => {
  for (const u_id of [7, undefined, null]) {
    await expect(storageOn({ rows: async () => [{ u_id }] }).findUserById(userId('a'))).rejects.toThrow(/u_id/);
  }
  const odd = { t_id: 'a', t_purpose: 'login', u_id: null };
  await expect(storageOn({ rows: async () => [odd] }).findToken(tokenId('a'))).rejects.toThrow(
    /one of reset, reset_code/,
  );
});

test('numbers that a driver hands over as text or as a bigint are read', async () => {
  const row = {
    id: 'a',
    event: 'password_reset',
    at: '1767323045678',
    user_id: null,
    service_id: null,
    ip: null,
    user_agent: null,
  };
  for (const at of ['1767323045678', 1767323045678n]) {
    const [entry] = await storageOn({ rows: async () => [{ ...row, at }] }).listAudit({ limit: 1 });
    expect(entry?.at).toBe(1767323045678);
  }
  await expect(storageOn({ rows: async () => [{ ...row, at: 'soon' }] }).listAudit({ limit: 1 })).rejects.toThrow(/at/);
});

test('what the executor throws goes through as it is', async () => {
  const fault = new StorageUnavailable();
  const fail = () => Promise.reject(fault);
  const storage = storageOn({ rows: fail, write: fail, run: fail });
  const calls = [
    storage.commit([]),
    storage.charge([limit]),
    storage.settle(attemptId('a'), 0),
    storage.purge(0, 1),
    storage.claimJobs({ now: 0, leaseMs: 1, limit: 1 }),
  ];
  for (const call of calls) await expect(call).rejects.toBe(fault);
});

test('an answer that a charge cannot have is not taken for a yes', async () => {
  const storage = storageOn({ run: async () => ({ outcome: 'guard_failed', guard: 0 }) });
  await expect(storage.charge([limit])).rejects.toThrow(/guard_failed/);
});
