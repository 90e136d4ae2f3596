import { type EffectQuery, type Plan, type PlanOutcome, unwrittenOutcome } from '@pwreset/kysely';
import type { Connections } from './connections.js';
import { inDoubt } from './faults.js';
import type { Answer, Session } from './session.js';
import { commit, requireCommitted, transacted } from './transaction.js';

const applied: PlanOutcome = { outcome: 'applied' };

/**
 * Carries out everything of a plan but its charges as one transaction: locks and guards, then effects, then the end. What
 * decides whether to go on is known before the next is sent.
 */
export async function carryOut(connections: Connections, plan: Plan): Promise<PlanOutcome> {
  const { locks, guards, effects } = plan;
  const [only] = effects;
  if (only === undefined && guards.length === 0) return applied;
  if (only !== undefined && effects.length === 1 && locks.length + guards.length === 0 && connections.sessionsAreOurs) {
    const answer = await connections.use((session) => inDoubt(session.send(only.query)));
    return unwritten([only], [answer]) ?? applied;
  }
  return transacted(connections, async (session) => {
    const result = (await refusal(session, connections.begin, plan)) ?? (await write(session, effects));
    if (result !== applied) await session.rollback();
    return result;
  });
}

/** Takes the locks and asks the guards; what the first that fails makes of the commit, `null` where all hold. */
async function refusal(session: Session, begin: string, { locks, guards }: Plan): Promise<PlanOutcome | null> {
  const hopeless = guards.findIndex(({ query }) => query === null);
  const asked = guards.slice(0, hopeless < 0 ? guards.length : hopeless);
  const queries = asked.flatMap(({ query }) => (query === null ? [] : [query]));
  const answers = await session.sendAll([begin, ...locks, ...queries]);
  const failed = answers.slice(1 + locks.length).findIndex(({ rows }) => rows.length === 0);
  const guard = guards[failed < 0 ? hopeless : failed];
  return guard === undefined ? null : { outcome: 'guard_failed', guard: guard.index };
}

async function write(session: Session, effects: readonly EffectQuery[]): Promise<PlanOutcome> {
  const queries = effects.map(({ query }) => query);
  if (effects.every((effect) => effect.unwritten === 'nothing')) {
    const ended = (await inDoubt(session.sendAll([...queries, 'commit']))).at(-1);
    if (ended !== undefined) requireCommitted(ended);
    return applied;
  }
  const refused = unwritten(effects, await session.sendAll(queries));
  if (refused !== null) return refused;
  await commit(session);
  return applied;
}

/** What the first effect that wrote no row makes of the commit, where it matters. */
function unwritten(effects: readonly EffectQuery[], answers: readonly Answer[]): PlanOutcome | null {
  const refused = effects.find((effect, place) => effect.unwritten !== 'nothing' && answers[place]?.count === 0);
  return refused === undefined ? null : unwrittenOutcome(refused);
}
