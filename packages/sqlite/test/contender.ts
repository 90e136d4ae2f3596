import { serveContender } from '@pwreset/conformance';
import type { Storage } from '@pwreset/core';
import { sqliteStorage } from '../src/index.js';
import { defects, isDefect } from './processes-defects.js';

/** One of several processes on one file. It has two connections, and what it is asked goes to them in turn. */
const [database = '', defect = ''] = process.argv.slice(2);

const open = () => sqliteStorage({ database, migrate: true, busyTimeoutMs: 30_000 });
const connections = [open(), open()] as const;

let calls = 0;
function next(): Storage {
  calls += 1;
  return connections[calls % 2 === 0 ? 0 : 1];
}

const inTurn: Storage = {
  findUsersByEmail: (realm, address) => next().findUsersByEmail(realm, address),
  findUserById: (id) => next().findUserById(id),
  findToken: (id) => next().findToken(id),
  findCodes: (realm, address) => next().findCodes(realm, address),
  findArrival: (key) => next().findArrival(key),
  charge: (limits) => next().charge(limits),
  commit: (steps, limits) => next().commit(steps, limits),
  settle: (attempt, now) => next().settle(attempt, now),
  claimJobs: (query) => next().claimJobs(query),
  purge: (before, limit) => next().purge(before, limit),
};

const storage = isDefect(defect) ? { ...inTurn, ...defects[defect].breakage(inTurn, database) } : inTurn;
await serveContender(storage, process);
for (const connection of connections) connection.close();
if (process.connected) process.disconnect();
