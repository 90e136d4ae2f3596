import { isGuard, type Step, StorageUnavailable } from '@pwreset/core';
import { applyDirectoryEffect } from './directory-effects.js';
import { applyJobEffect } from './job-effects.js';
import type { Tables } from './tables.js';
import { applyTokenEffect } from './token-effects.js';
import { applyUserEffect } from './user-effects.js';

/**
 * The order in which the steps of a list are carried out, whatever order they were given in: guards (a token that is used
 * is open no more), then what ends or covers a set, then the rest. So `closeTokens` spares what the list uses or issues,
 * and a job that ends frees its unique key for one that is queued.
 */
function rank(step: Step): number {
  if (isGuard(step)) return 0;
  switch (step.type) {
    case 'deleteUser':
    case 'finishJob':
    case 'buryJob':
    case 'revokeKeys':
    case 'closeTokens':
      return 1;
    default:
      return 2;
  }
}

/** Carries out a list whose guards hold. Answers the index of the first create step whose id, address or name is taken. */
export function applySteps(tables: Tables, steps: readonly Step[]): { readonly conflict: number | null } {
  const ordered = [...steps.entries()].sort(([, a], [, b]) => rank(a) - rank(b));
  for (const [index, step] of ordered) {
    if (!applyStep(tables, step)) return { conflict: index };
  }
  return { conflict: null };
}

/** `false` where a create step finds its place taken. */
function applyStep(tables: Tables, step: Step): boolean {
  switch (step.type) {
    case 'createUser':
    case 'createKey':
    case 'createService':
    case 'patchUser':
    case 'deleteUser':
      return applyDirectoryEffect(tables, step);
    case 'setPassword':
    case 'rehashPassword':
    case 'invalidatePassword':
    case 'disableUser':
    case 'enableUser':
    case 'revokeKeys':
      applyUserEffect(tables, step);
      return true;
    case 'useToken':
    case 'issueToken':
    case 'closeTokens':
      applyTokenEffect(tables, step);
      return true;
    case 'enqueue':
    case 'finishJob':
    case 'renewJob':
    case 'retryJob':
    case 'buryJob':
      applyJobEffect(tables, step);
      return true;
    case 'clearLimit':
      tables.limits.delete(step.key);
      return true;
    case 'record':
      // Taken by the attempt itself or by the fence that settle left: either way this commit must not count.
      if (tables.audit.has(step.entry.id)) throw new StorageUnavailable({ cause: new Error('the audit id is taken') });
      tables.audit.set(step.entry.id, step.entry);
      return true;
    case 'requireCredential':
    case 'requireEnabled':
    case 'holdJob':
      return true;
  }
}
