import { type AuditEntry, jobKinds, type NewJob } from '@pwreset/core';
import type { Query } from './statement.js';
import type { Statements } from './statements.js';

export const enqueue = ({ jobs }: Statements, job: NewJob): Query =>
  jobs.enqueue({
    id: job.id,
    kind: job.kind,
    priority: jobKinds.indexOf(job.kind),
    unique_key: job.uniqueKey,
    address: job.address,
    payload: job.payload,
    created_at: job.createdAt,
    due_at: job.dueAt,
    expires_at: job.expiresAt,
  });

export const record = ({ audit }: Statements, entry: AuditEntry): Query =>
  audit.record({
    id: entry.id,
    event: entry.event,
    at: entry.at,
    user_id: entry.userId,
    service_id: entry.serviceId,
    ip: entry.ip,
    user_agent: entry.userAgent,
  });
