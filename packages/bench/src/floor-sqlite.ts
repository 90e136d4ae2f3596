import type { Database } from 'better-sqlite3';
import { benchService } from './contestant.js';
import type { FloorAudit, FloorStorage } from './floor.js';
import type { FloorJob, JobRow } from './floor-rows.js';
import { sqliteFloorStatements } from './floor-sqlite-statements.js';
import { type FloorLimit, secretId } from './floor-values.js';

/** Prepared statements of better-sqlite3; one `begin immediate` a commit, none for a statement alone. */
export function sqliteFloor(db: Database): FloorStorage {
  const run = sqliteFloorStatements(db);

  const inTransaction = <Result>(work: () => Result): Result => {
    run.begin.run();
    try {
      const result = work();
      run.commit.run();
      return result;
    } catch (error) {
      if (db.inTransaction) run.rollback.run();
      throw error;
    }
  };

  const charge = ({ key, first, unbelievable, refillMs, ceiling }: FloorLimit, now: number): boolean =>
    run.charge.run(key, first, unbelievable, now, now, refillMs, unbelievable, now, now, refillMs, ceiling).changes > 0;

  const enqueue = (kind: string, priority: number, uniqueKey: string | null, job: FloorJob, now: number): void => {
    run.enqueue.run(job.id, kind, priority, uniqueKey, job.address, job.payload, now, now, job.expiresAt);
  };

  const record = (event: string, userId: string, { attempt, client }: FloorAudit, now: number): void => {
    run.record.run(attempt, event, now, userId, benchService.id, client.ip, client.userAgent);
  };

  const finish = (job: JobRow, now: number): void => {
    if (run.finish.run(now, job.id, Number(job.attempt)).changes === 0) throw new Error('lost');
  };

  return {
    begin: (byIp, byAddress, job, now) =>
      inTransaction(() => {
        if (!charge(byIp, now)) return false;
        if (charge(byAddress, now)) enqueue('begin', 3, job.uniqueKey, job, now);
        return true;
      }),
    claim: (now, leaseUntil, limit) => run.claim.all(leaseUntil, now, now, limit),
    findUser: (address) => run.findUser.get(address),
    findToken: (id) => run.findToken.get(id),
    issue: (begun, user, token, mail, audit, now) =>
      inTransaction(() => {
        finish(begun, now);
        const { id, fingerprint, issuedAt, expiresAt } = token;
        const { id: service } = benchService;
        const issued = run.issueToEnabled.run(
          id,
          'reset',
          service,
          secretId,
          fingerprint,
          issuedAt,
          expiresAt,
          user.id,
        );
        if (issued.changes === 0) throw new Error('disabled');
        enqueue('mail', 2, null, mail, now);
        record('reset_begun', user.id, audit, now);
      }),
    finish,
    open(byIp, tokenId, now) {
      if (!charge(byIp, now)) throw new Error('too many requests');
      return run.findToken.get(tokenId);
    },
    setPassword({ tokenId, user, hash, revoke, notice, moot, now, ...audit }) {
      inTransaction(() => {
        if (run.useToken.run(now, audit.attempt, tokenId, now).changes === 0) throw new Error('used');
        const set = run.setPassword.run(hash, now, user.id, user.password, user.email);
        if (set.changes === 0) throw new Error('changed');
        run.closeTokens.run(now, user.id);
        const { id, fingerprint, issuedAt, expiresAt } = revoke;
        run.issue.run(id, 'revoke', user.id, benchService.id, secretId, fingerprint, issuedAt, expiresAt);
        enqueue('notice', 1, null, notice, now);
        run.clearLimits.run(...moot);
        record('password_reset', user.id, audit, now);
      });
    },
  };
}
