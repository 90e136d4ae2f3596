import type { Application } from '@pwreset/conformance';
import { type AuditEntry, keyId, type UserId, userId } from '@pwreset/core';
import type { Database, UserRow } from './array-rows.js';

/** What the application does with its own tables, past the library. */
export function arrayApplication(db: Database): Application {
  const rowOf = (id: UserId): UserRow | undefined => db.users.find((row) => String(row.id) === id);
  return {
    userId: (n) => userId(String(n)),
    async addUser({ id, email, hash, enabled }) {
      db.users.push({ id: Number(id), email, hash, active: enabled });
    },
    async editUser(id, { email, hash, enabled }) {
      db.users = db.users.map((row) =>
        String(row.id) === id
          ? { ...row, email: email ?? row.email, hash: hash ?? row.hash, active: enabled ?? row.active }
          : row,
      );
    },
    async deleteUser(id) {
      db.users = db.users.filter((row) => String(row.id) !== id);
    },
    async addKey({ id, userId: owner }) {
      if (rowOf(owner)?.active === true) db.keys.push({ id, userId: Number(owner), active: true });
    },
    keys: async (owner) =>
      db.keys
        .filter((row) => String(row.userId) === owner)
        .map(({ id, active }) => ({ id: keyId(id), enabled: active, revoked: !active })),
    jobs: async () => db.jobs,
    audit: async () => db.audit.filter((row): row is AuditEntry => row.event !== null),
  };
}
