import assert from 'node:assert/strict';
import { type AuditEntry, type ErrorCode, type Job, type Token, tokenId, type UserId } from '@pwreset/core';
import type { FlowParts } from './flow-parts.js';
import { ann, type World } from './flow-world.js';

/** The refusal with this code, and no other. */
export async function refuses(work: Promise<unknown>, code: ErrorCode): Promise<void> {
  await assert.rejects(work, (error) => {
    assert.ok(error instanceof Error && 'code' in error, `threw ${String(error)}`);
    assert.equal(error.code, code);
    return true;
  });
}

/** To whom the mails went, oldest first. */
export const recipients = ({ mailer }: FlowParts): readonly string[] => mailer.mails.map((mail) => mail.to);

/** The row of a token that a mail carried. */
export async function rowOf({ storage }: FlowParts, token: string): Promise<Token> {
  const found = await storage.findToken(tokenId(token.slice(0, 20)));
  assert.ok(found, 'the token has no row');
  return found.token;
}

export async function pendingJobs({ application }: FlowParts): Promise<readonly Job[]> {
  return (await application.jobs()).filter((job) => job.state === 'pending');
}

export async function auditOf({ application }: FlowParts, id: UserId): Promise<readonly AuditEntry[]> {
  return (await application.audit()).filter((entry) => entry.userId === id);
}

/** Everything that a flow may change, to see that nothing was. */
export async function stateOf(world: World, id: UserId = world.ann.id): Promise<unknown> {
  const { storage, application } = world;
  const ids = (rows: readonly { readonly id: string }[]): readonly string[] => rows.map((row) => row.id).sort();
  return {
    user: await storage.findUserById(id),
    keys: new Map((await application.keys(id)).map((key) => [key.id, key])),
    jobs: ids(await pendingJobs(world)),
    audit: ids(await application.audit()),
  };
}

export async function canLogIn(world: World, password: string, email: string = ann): Promise<boolean> {
  try {
    await world.pwreset.login({ email, password });
    return true;
  } catch (error) {
    assert.ok(error instanceof Error && 'code' in error && error.code === 'invalid_credentials', String(error));
    return false;
  }
}

/** The calls of the storage, by method, that something costs. */
export type Cost = Readonly<Record<string, number>>;

export async function costOf({ storage }: FlowParts, work: () => Promise<unknown>): Promise<Cost> {
  const before = new Map(Object.entries(storage.calls));
  await work();
  const cost = Object.entries(storage.calls).map(([name, count]) => [name, count - (before.get(name) ?? 0)] as const);
  return Object.fromEntries(cost.filter(([, count]) => count !== 0));
}

/** What each begin costs; it answers nothing, whatever there is. */
export async function costsOfBegin(
  world: World,
  emails: readonly string[],
  begin: (email: string) => Promise<void> = (email) => world.pwreset.beginReset({ email }),
): Promise<readonly Cost[]> {
  const costs: Cost[] = [];
  for (const email of emails) {
    costs.push(await costOf(world, async () => assert.equal(await begin(email), undefined)));
  }
  return costs;
}
