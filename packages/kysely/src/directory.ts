import type { Directory } from '@pwreset/core';
import { auditEntryFrom, jobFrom, joinedUserFrom, keyFrom, serviceFrom } from './entities-from-rows.js';
import type { Executor } from './executor.js';
import { requireCount } from './queue.js';
import { isStorable } from './sql-value.js';
import type { Statements } from './statements.js';

/** The reads of the Directory port. */
export function sqlDirectory(executor: Executor, statements: Statements): Directory {
  const { source, services, keys, audit, jobs } = statements;
  return {
    async findService(id) {
      if (!isStorable(id)) return null;
      const [row] = await executor.rows(services.findById({ id }));
      return row === undefined ? null : serviceFrom(row);
    },
    async findKey(id) {
      if (!isStorable(id)) return null;
      const [row] = await executor.rows(keys.findById({ id }));
      return row === undefined ? null : keyFrom(row);
    },
    async findKeyByDigest(digest) {
      if (!isStorable(digest)) return null;
      const [row] = await executor.rows(keys.findByDigest({ digest }));
      return row === undefined ? null : { key: keyFrom(row), user: joinedUserFrom(row, source) };
    },
    async listKeys(userId) {
      if (!isStorable(userId)) return [];
      const rows = await executor.rows(keys.listOfUser({ user_id: userId }));
      return rows.map(keyFrom);
    },
    async listAudit({ userId, limit }) {
      requireCount(limit);
      if (userId !== undefined && !isStorable(userId)) return [];
      const rows = await executor.rows(
        userId === undefined ? audit.list({ limit }) : audit.listOfUser({ user_id: userId, limit }),
      );
      return rows.map(auditEntryFrom);
    },
    async listJobs({ state, limit }) {
      requireCount(limit);
      const rows = await executor.rows(state === undefined ? jobs.list({ limit }) : jobs.listByState({ state, limit }));
      return rows.map(jobFrom);
    },
  };
}
