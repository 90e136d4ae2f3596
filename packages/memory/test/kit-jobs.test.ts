import { buryJob, enqueue, renewJob, type Step } from '@pwreset/core';
import { describe } from 'vitest';
import { catches, changingSteps, type Defect, ignoring, replacing } from './kit-run.js';

const changingJobs = (columns: Partial<Extract<Step, { type: 'enqueue' }>['job']>): Defect =>
  changingSteps((step) => (step.type === 'enqueue' ? enqueue({ ...step.job, ...columns }) : step));

describe('the storage kit, of jobs and purges,', () => {
  catches({
    'a lease is not kept': [
      replacing(
        'claimJobs',
        ({ storage }) =>
          (query) =>
            storage.claimJobs({ ...query, leaseMs: 0 }),
      ),
      'storage: jobs: a job is claimed by one worker at a time: parallel claims hand each job to one',
    ],
    'a lease is never over': [
      replacing(
        'claimJobs',
        ({ storage }) =>
          (query) =>
            storage.claimJobs({ ...query, leaseMs: 1e12 }),
      ),
      'storage: jobs: a job is claimed again after its lease: parallel claims of an expired lease hand it to one',
    ],
    'a lease is over a millisecond early': [
      replacing(
        'claimJobs',
        ({ storage }) =>
          (query) =>
            storage.claimJobs({ ...query, leaseMs: query.leaseMs - 1 }),
      ),
      'storage: jobs: a lease lasts until leaseUntil and not at it, and attempts count up',
    ],
    'what is due is read, and leased afterwards': [
      replacing('claimJobs', ({ storage, application }) => async (query) => {
        const free = (await application.jobs()).filter(
          (job) => job.state === 'pending' && job.dueAt <= query.now && (job.leaseUntil ?? 0) <= query.now,
        );
        await storage.claimJobs(query);
        return free.slice(0, query.limit).map(({ state, leaseUntil, endedAt, attempt, ...job }) => ({
          ...job,
          attempt: attempt + 1,
        }));
      }),
      'storage: jobs: a job is claimed by one worker at a time: parallel claims hand each job to one',
    ],
    'whoever once held a job may finish it': [
      ignoring('holdJob'),
      'storage: jobs: a stale lease cannot finish a job: a worker whose lease was taken over can change nothing',
    ],
    'attempts do not count': [
      replacing(
        'claimJobs',
        ({ storage }) =>
          async (query) =>
            (await storage.claimJobs(query)).map((job) => ({ ...job, attempt: 1 })),
      ),
      'storage: jobs: a lease lasts until leaseUntil and not at it, and attempts count up',
    ],
    'the oldest job comes first, whatever its kind': [
      replacing(
        'claimJobs',
        ({ storage }) =>
          async (query) =>
            [...(await storage.claimJobs(query))].sort((a, b) => a.dueAt - b.dueAt),
      ),
      'storage: jobs: signals come before notices, notices before mails, mails before begins, each by dueAt',
    ],
    'the least urgent of the due jobs are handed out': [
      replacing('claimJobs', ({ storage, application }) => async (query) => {
        const due = await storage.claimJobs({ ...query, limit: 100 });
        const extra = due.slice(0, Math.max(due.length - query.limit, 0));
        for (const { id } of extra) await storage.commit([renewJob(id, query.now)]);
        await application.jobs();
        return due.slice(extra.length);
      }),
      'storage: jobs: no more are handed out than asked for, and the most urgent first',
    ],
    'jobs are handed out before they are due': [
      changingJobs({ dueAt: 0 }),
      'storage: jobs: a job is due from dueAt on',
    ],
    'every kind is handed out': [
      replacing(
        'claimJobs',
        ({ storage }) =>
          ({ kinds: _, ...query }) =>
            storage.claimJobs(query),
      ),
      'storage: jobs: only the kinds that were asked for are handed out',
    ],
    'a unique key is ignored': [
      changingJobs({ uniqueKey: null }),
      'storage: jobs: one pending job has a unique key, and a second is left out of an applied list',
    ],
    'a unique key that is taken fails the list': [
      replacing('commit', ({ storage, application }) => async (steps, limits) => {
        const taken = new Set((await application.jobs()).flatMap((job) => job.uniqueKey ?? []));
        const again = steps.some((step) => step.type === 'enqueue' && taken.has(step.job.uniqueKey ?? ''));
        return again ? { outcome: 'conflict', step: 0 } : storage.commit(steps, limits);
      }),
      'storage: jobs: one pending job has a unique key, and a second is left out of an applied list',
    ],
    'a finished job keeps its payload': [
      changingSteps((step) => (step.type === 'finishJob' ? buryJob(step.jobId, step.now) : step)),
      'storage: jobs: finishJob erases address, payload and unique key, and the job is not handed out again',
    ],
    'a job that is buried keeps its address': [
      ({ storage, application }) => {
        const addresses = new Map<string, string | null>();
        return {
          storage: {
            commit(steps, limits) {
              for (const step of steps) if (step.type === 'enqueue') addresses.set(step.job.id, step.job.address);
              return storage.commit(steps, limits);
            },
          },
          application: {
            jobs: async () =>
              (await application.jobs()).map((job) =>
                job.state === 'dead' ? { ...job, address: addresses.get(job.id) ?? null } : job,
              ),
          },
        };
      },
      'storage: jobs: buryJob erases address and unique key and keeps the payload',
    ],
    'a job that has ended can end again': [
      ({ storage, application }) => {
        const ends = new Map<string, number>();
        return {
          storage: {
            commit(steps, limits) {
              for (const step of steps) if (step.type === 'finishJob') ends.set(step.jobId, step.now);
              return storage.commit(steps, limits);
            },
          },
          application: {
            jobs: async () =>
              (await application.jobs()).map((job) => ({ ...job, endedAt: ends.get(job.id) ?? job.endedAt })),
          },
        };
      },
      'storage: jobs: a job that has ended stays as it is',
    ],
    'a job whose id is taken fails the list': [
      replacing('commit', ({ storage, application }) => async (steps, limits) => {
        const taken = new Set((await application.jobs()).map(({ id }) => id));
        const again = steps.findIndex((step) => step.type === 'enqueue' && taken.has(step.job.id));
        return again === -1 ? storage.commit(steps, limits) : { outcome: 'conflict', step: again };
      }),
      'storage: jobs: a job whose id is taken is left out of an applied list',
    ],
    'a job that is pointless by now is not handed out': [
      replacing(
        'claimJobs',
        ({ storage }) =>
          async (query) =>
            (await storage.claimJobs(query)).filter((job) => query.now < job.expiresAt),
      ),
      'storage: jobs: a job whose work is pointless by now is handed out all the same',
    ],
    'jobs without a unique key share one': [
      changingSteps((step) =>
        step.type === 'enqueue' ? enqueue({ ...step.job, uniqueKey: step.job.uniqueKey ?? `${step.job.kind}` }) : step,
      ),
      'storage: jobs: any number of jobs have no unique key',
    ],
    'a job that is given back keeps its lease': [
      changingSteps((step) => (step.type === 'retryJob' ? renewJob(step.jobId, step.dueAt + 60_000) : step)),
      'storage: jobs: retryJob gives the job back until its new dueAt',
    ],
    'a lease cannot be renewed': [
      ignoring('renewJob'),
      'storage: jobs: renewJob moves the end of the lease and keeps the attempt',
    ],
    'a purge ignores its bound': [
      replacing(
        'purge',
        ({ storage }) =>
          (before) =>
            storage.purge(before, 1000),
      ),
      'storage: purge: no more than the limit of each sort goes at once',
    ],
    'a purge bounds all sorts together': [
      replacing(
        'purge',
        ({ storage }) =>
          async (before, limit) =>
            Math.min(await storage.purge(before, limit), limit),
      ),
      'storage: purge: no more than the limit of each sort goes at once',
    ],
    'a purge takes what ended at its time': [
      replacing(
        'purge',
        ({ storage }) =>
          (before, limit) =>
            storage.purge(before + 1, limit),
      ),
      'storage: purge: audit rows from before the time go, and not those from it',
    ],
    'a purge takes jobs that nobody has carried out': [
      replacing('purge', ({ storage, application }) => async (before, limit) => {
        const late = (await application.jobs()).filter((job) => job.expiresAt < before);
        await storage.commit(late.map((job) => buryJob(job.id, before - 1)));
        return storage.purge(before, limit);
      }),
      'storage: purge: what is live stays, however old it is',
    ],
    'a purge takes limits that still count': [
      replacing('purge', ({ storage }) => async (before, limit) => {
        await storage.commit([{ type: 'clearLimit', key: 'ip:192.0.2.1' }]);
        return storage.purge(before, limit);
      }),
      'storage: purge: a limit goes when it has refilled, and not while it counts',
    ],
    'a purge takes nothing': [
      replacing('purge', () => async () => 0),
      'storage: purge: tokens that were used, closed or expired before the time go, and not those that ended at it',
    ],
  });
});
