import {
  type AuditEntry,
  attemptId,
  CommitUnknown,
  comparableAddress,
  defaultRealm,
  record,
  type Storage,
  StorageUnavailable,
  userId,
} from '@pwreset/core';
import { beforeEach, describe, expect, expectTypeOf, it } from 'vitest';
import { type FaultyStorage, faultyStorage } from '../src/faulty-storage.js';
import { type MemoryStorage, memoryStorage } from '../src/storage.js';

const attempt = attemptId('attempt');
const address = comparableAddress('ann@example.org');
if (address === null) throw new TypeError('the sample is no address');
const entry: AuditEntry = {
  id: attempt,
  event: 'reset_begun',
  at: 1,
  userId: null,
  serviceId: null,
  ip: null,
  userAgent: null,
};

describe('faultyStorage', () => {
  let inner: MemoryStorage;
  let storage: FaultyStorage;
  const audit = () => inner.listAudit({ limit: 10 });
  beforeEach(() => {
    inner = memoryStorage();
    storage = faultyStorage(inner);
  });

  it('loses an answer: the commit is applied', async () => {
    storage.loseNextAnswer();
    await expect(storage.commit([record(entry)])).rejects.toThrow(CommitUnknown);
    expect(await audit()).toEqual([entry]);
    expect(await storage.settle(attempt, 2)).toBe('applied');
  });

  it('loses a commit: it is not applied', async () => {
    storage.loseNextCommit();
    await expect(storage.commit([record(entry)])).rejects.toThrow(CommitUnknown);
    expect(await audit()).toEqual([]);
    expect(await storage.commit([record(entry)])).toEqual({ outcome: 'applied' });
  });

  it('holds a commit back until it lands, with what comes of it', async () => {
    const held = storage.holdNextCommit();
    await expect(held.land()).rejects.toThrow('no commit has been held');
    await expect(storage.commit([record(entry)])).rejects.toThrow(CommitUnknown);
    expect(await audit()).toEqual([]);
    expect(await held.land()).toEqual({ outcome: 'applied' });
    expect(await audit()).toEqual([entry]);
  });

  it('is unavailable for the next call of any method, or of one', async () => {
    storage.failNext();
    await expect(storage.findUserById(userId('u'))).rejects.toThrow(StorageUnavailable);
    expect(await storage.findUserById(userId('u'))).toBeNull();
    storage.failNext('commit', 2);
    expect(await storage.findUserById(userId('u'))).toBeNull();
    await expect(storage.commit([record(entry)])).rejects.toThrow(StorageUnavailable);
    await expect(storage.commit([record(entry)])).rejects.toThrow(StorageUnavailable);
    expect(await audit()).toEqual([]);
    expect(await storage.commit([record(entry)])).toEqual({ outcome: 'applied' });
  });

  it('counts calls, those that failed included', async () => {
    storage.failNext('charge');
    await expect(storage.charge([])).rejects.toThrow();
    await storage.charge([]);
    await storage.listAudit({ limit: 1 });
    expect(storage.calls).toMatchObject({ charge: 2, listAudit: 1, commit: 0 });
  });

  it('passes every method through', async () => {
    await inner.commit([record(entry)]);
    await inner.charge([{ name: 'ip', key: 'k', capacity: 1, refillMs: 5, now: 1 }]);
    for (const method of Object.keys(storage.calls)) expect(inner).toHaveProperty(method);
    expect(await storage.listAudit({ limit: 1 })).toEqual([entry]);
    expect(await storage.findCodes(defaultRealm, address)).toEqual([]);
    expect(await storage.findArrival('k')).toBe(6);
    expect(await storage.claimJobs({ now: 0, leaseMs: 1, limit: 1 })).toEqual([]);
    expect(await storage.purge(2, 10)).toBe(1);
    expect(storage.calls).toMatchObject({ findCodes: 1, findArrival: 1 });
  });

  it('has a Directory only where the wrapped storage has one', async () => {
    expect('findService' in storage).toBe(true);
    const { findUsersByEmail, findUserById, findToken, findCodes, findArrival, ...rest } = inner;
    const { charge, commit, settle, claimJobs, purge } = rest;
    const reads = { findUsersByEmail, findUserById, findToken, findCodes, findArrival };
    const port: Storage = { ...reads, charge, commit, settle, claimJobs, purge };
    const faulty = faultyStorage(port);
    for (const method of Object.keys(port)) expect(faulty).toHaveProperty(method);
    for (const method of ['findService', 'findKey', 'findKeyByDigest', 'listKeys', 'listAudit', 'listJobs']) {
      expect(faulty).not.toHaveProperty(method);
    }
    expectTypeOf(faulty).toEqualTypeOf<FaultyStorage<Storage>>();
    expectTypeOf(storage).toEqualTypeOf<FaultyStorage>();
  });
});
