import type { Executor, Plan, PlanOutcome, Query } from '@pwreset/kysely';
import { carryOut } from './carry-out.js';
import { charge } from './charge.js';
import type { Connections } from './connections.js';
import { inDoubt, retried, sqlState } from './faults.js';
import type { Routine } from './routine.js';
import type { Answer } from './session.js';
import { commit, transacted } from './transaction.js';

/** Runs plans over the connections of one storage: in one call where `routine` covers them, else as transactions. */
export function postgresExecutor(connections: Connections, installed: Routine | null = null): Executor {
  let routine = installed;
  const single = (query: Query): Promise<Answer> => retried(() => runSingle(connections, query));
  return {
    rows: async (query) => (await single(query)).rows,
    write: async (query) => (await single(query)).count,
    async run(plan) {
      const call = routine?.call(plan) ?? null;
      if (routine !== null && call !== null) {
        try {
          return await callRoutine(connections, routine, plan, call);
        } catch (error) {
          if (!isUncallable(error)) throw error;
          // Dropped, or taken from this user, since the storage was opened.
          routine = null;
        }
      }
      return (await charge(connections, plan.charges)) ?? (await retried(() => carryOut(connections, plan)));
    },
  };
}

/** No such function, or no permission for it. */
const isUncallable = (error: unknown): boolean => /^(?:42883|42501)$/.test(sqlState(error));

/** A plain read is right at every isolation level; whatever else stands alone gets the level that it was written for. */
function runSingle(connections: Connections, query: Query): Promise<Answer> {
  if (connections.sessionsAreOurs || isPlainRead(query)) return connections.use((session) => session.send(query));
  return transacted(connections, async (session) => {
    await session.send(connections.begin);
    const answer = await session.send(query);
    await session.send('commit');
    return answer;
  });
}

const isPlainRead = ({ sql }: Query): boolean => sql.startsWith('select ') && !/ for (?:update|share)/.test(sql);

async function callRoutine(connections: Connections, routine: Routine, plan: Plan, call: Query): Promise<PlanOutcome> {
  try {
    const { rows } = await retried(() => runCall(connections, call, plan.effects.length > 0));
    return routine.outcome(plan, rows);
  } catch (error) {
    const refused = routine.refusal(plan, error);
    if (refused === null) throw error;
    return refused;
  }
}

function runCall(connections: Connections, call: Query, writes: boolean): Promise<Answer> {
  if (connections.sessionsAreOurs) {
    return connections.use((session) => (writes ? inDoubt(session.send(call)) : session.send(call)));
  }
  return transacted(connections, async (session) => {
    await session.send(connections.begin);
    const answer = await session.send(call);
    if (writes) await commit(session);
    else await session.send('commit');
    return answer;
  });
}
