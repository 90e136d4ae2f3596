import type {
  AttemptId,
  ChargeResult,
  ClaimedJob,
  CommitResult,
  JobKind,
  Limit,
  Step,
  TokenId,
  TokenWithUser,
} from '@pwreset/core';

export interface CommitCall {
  readonly steps: readonly Step[];
  readonly limits: readonly Limit[];
}

export interface ClaimQuery {
  readonly now: number;
  readonly leaseMs: number;
  readonly limit: number;
  readonly kinds?: readonly JobKind[];
}

export interface SettleCall {
  readonly attempt: AttemptId;
  readonly now: number;
}

/** Calls of one method of a storage, to be made `atOnce` at a time, as one message of plain JSON. */
export type ContenderWork =
  | { readonly type: 'commit'; readonly calls: readonly CommitCall[] }
  | { readonly type: 'charge'; readonly calls: readonly (readonly Limit[])[] }
  | { readonly type: 'claimJobs'; readonly calls: readonly ClaimQuery[] }
  | { readonly type: 'findToken'; readonly calls: readonly TokenId[] }
  | { readonly type: 'settle'; readonly calls: readonly SettleCall[] };

/** `unavailable` where the storage threw `StorageUnavailable`: certainly nothing was applied. */
export type ContenderCommitResult = CommitResult | { readonly outcome: 'unavailable' };

export type ContenderResults =
  | { readonly type: 'commit'; readonly results: readonly ContenderCommitResult[] }
  | { readonly type: 'charge'; readonly results: readonly ChargeResult[] }
  | { readonly type: 'claimJobs'; readonly results: readonly (readonly ClaimedJob[])[] }
  | { readonly type: 'findToken'; readonly results: readonly (TokenWithUser | null)[] }
  | { readonly type: 'settle'; readonly results: readonly ('applied' | 'not_applied')[] };

/** What the kit says to a process. */
export type ContenderRequest =
  | { readonly type: 'work'; readonly id: number; readonly atOnce: number; readonly work: ContenderWork }
  | { readonly type: 'stop' };

/** What a process says to the kit. */
export type ContenderReply =
  | { readonly type: 'ready' }
  | { readonly type: 'done'; readonly id: number; readonly results: ContenderResults }
  | { readonly type: 'failed'; readonly id: number; readonly error: string };

const typeOf = (message: unknown): unknown =>
  typeof message === 'object' && message !== null && 'type' in message ? message.type : undefined;

export const isContenderRequest = (message: unknown): message is ContenderRequest =>
  typeOf(message) === 'work' || typeOf(message) === 'stop';

export const isContenderReply = (message: unknown): message is ContenderReply =>
  typeOf(message) === 'ready' || typeOf(message) === 'done' || typeOf(message) === 'failed';
