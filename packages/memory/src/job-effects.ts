import type { Effect, Job, NewJob } from '@pwreset/core';
import type { Tables } from './tables.js';

type JobEffect = Extract<Effect, { readonly type: 'enqueue' | 'finishJob' | 'renewJob' | 'retryJob' | 'buryJob' }>;

export function applyJobEffect(tables: Tables, effect: JobEffect): void {
  switch (effect.type) {
    case 'enqueue':
      enqueue(tables, effect.job);
      break;
    case 'finishJob':
      changePending(tables, effect.jobId, { ...ended('done', effect.now), payload: '{}' });
      break;
    case 'buryJob':
      changePending(tables, effect.jobId, ended('dead', effect.now));
      break;
    case 'renewJob':
      changePending(tables, effect.jobId, { leaseUntil: effect.leaseUntil });
      break;
    case 'retryJob':
      changePending(tables, effect.jobId, { dueAt: effect.dueAt, leaseUntil: null });
      break;
  }
}

function enqueue({ jobs }: Tables, job: NewJob): void {
  const { id, uniqueKey } = job;
  if (jobs.has(id)) return;
  if (uniqueKey !== null && jobs.some((other) => other.state === 'pending' && other.uniqueKey === uniqueKey)) return;
  jobs.set(id, { ...job, attempt: 0, state: 'pending', leaseUntil: null, endedAt: null });
}

/** What every end does: the address is erased and the unique key is free again. */
const ended = (state: 'done' | 'dead', now: number): Partial<Job> => ({
  state,
  endedAt: now,
  leaseUntil: null,
  address: null,
  uniqueKey: null,
});

/** A job that has ended stays as it is. */
function changePending({ jobs }: Tables, id: string, columns: Partial<Job>): void {
  if (jobs.get(id)?.state === 'pending') jobs.change(id, columns);
}
