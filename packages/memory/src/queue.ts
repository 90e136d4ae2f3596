import { type ClaimedJob, type Job, type JobKind, jobKinds } from '@pwreset/core';
import { type Tables, toClaimedJob } from './tables.js';

interface ClaimQuery {
  readonly now: number;
  readonly leaseMs: number;
  readonly limit: number;
  readonly kinds?: readonly JobKind[];
}

const isDue = (job: Job, now: number): boolean =>
  job.state === 'pending' && job.dueAt <= now && (job.leaseUntil === null || job.leaseUntil <= now);

const byUrgency = (a: Job, b: Job): number =>
  jobKinds.indexOf(a.kind) - jobKinds.indexOf(b.kind) || a.dueAt - b.dueAt || a.createdAt - b.createdAt;

/** Leases the most urgent due jobs, in order. */
export function claim({ jobs }: Tables, { now, leaseMs, limit, kinds = jobKinds }: ClaimQuery): readonly ClaimedJob[] {
  const due = jobs.where((job) => kinds.includes(job.kind) && isDue(job, now)).sort(byUrgency);
  return due.slice(0, limit).map((job) => {
    const claimed = { ...job, attempt: job.attempt + 1, leaseUntil: now + leaseMs };
    jobs.set(job.id, claimed);
    return toClaimedJob(claimed);
  });
}
