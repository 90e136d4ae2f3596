import type { AuditEntry, Directory } from '@pwreset/core';
import { findUser, isAuditEntry, type Tables, toKey } from './tables.js';

/** The reads of the Directory port. */
export function memoryDirectory(tables: Tables): Directory {
  const { services, keys, audit, jobs } = tables;
  return {
    async findService(id) {
      await turn();
      return services.get(id) ?? null;
    },
    async findKey(id) {
      await turn();
      const row = keys.get(id);
      return row === undefined ? null : toKey(row);
    },
    async findKeyByDigest(digest) {
      await turn();
      const [row] = keys.where((key) => key.digest === digest);
      return row === undefined ? null : { key: toKey(row), user: findUser(tables, row.userId) };
    },
    async listKeys(userId) {
      await turn();
      return keys.where((key) => key.userId === userId).map(toKey);
    },
    async listAudit({ userId, limit }) {
      await turn();
      const wanted = (entry: AuditEntry): boolean => userId === undefined || entry.userId === userId;
      return newestFirst(audit.all().filter(isAuditEntry).filter(wanted), (entry) => entry.at).slice(0, limit);
    },
    async listJobs({ state, limit }) {
      await turn();
      const found = jobs.where((job) => state === undefined || job.state === state);
      return newestFirst(found, (job) => job.createdAt).slice(0, limit);
    },
  };
}

/** Gives way once, so that concurrent calls interleave as they would over a connection. */
export const turn = (): Promise<void> => Promise.resolve();

function newestFirst<Row>(rows: readonly Row[], timeOf: (row: Row) => number): Row[] {
  return rows.toReversed().sort((a, b) => timeOf(b) - timeOf(a));
}
