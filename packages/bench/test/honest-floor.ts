import { afterEach, describe, expect, test } from 'vitest';
import type { BenchDatabase } from '../src/bench-database.js';
import { type Contestant, clientOf, emailOf } from '../src/contestant.js';

const rows = 40;

/** What makes a floor a floor: it does all that the flow does, and refuses what the flow refuses. */
export function describeFloors(names: readonly string[], open: () => Promise<BenchDatabase>): void {
  const opened: BenchDatabase[] = [];
  afterEach(async () => {
    for (const database of opened.splice(0)) await database.close();
  });

  async function contestant(name: string): Promise<{ readonly database: BenchDatabase; readonly side: Contestant }> {
    const database = await open();
    opened.push(database);
    const side = database.contestants.find((candidate) => candidate.name === name);
    if (side === undefined) throw new Error(`there is no ${name}`);
    return { database, side };
  }

  async function mailed(side: Contestant, ...users: readonly number[]): Promise<readonly string[]> {
    for (const user of users) await side.begin(emailOf(user), clientOf(user));
    await side.deliver();
    return side.takeTokens();
  }

  /** Tokens that are used, closed and open, jobs that are done and pending, limits that are charged and cleared. */
  async function leavings(name: string): Promise<Readonly<Record<string, number>>> {
    const { database, side } = await contestant(name);
    await mailed(side, 0, 1, 2);
    const again = [...(await mailed(side, 0, 1)), ...(await mailed(side, 3))];
    await mailed(side, 4);
    for (const token of again) await side.confirm(token, 'a new password', clientOf(7));
    await side.begin('Nobody@example.com', clientOf(8));
    await side.begin(emailOf(5), clientOf(8));
    await side.begin(emailOf(5), clientOf(8));
    return database.tally();
  }

  describe.each(names)('%s', (name) => {
    test('leaves the same rows as the flow', async () => {
      const ours = await leavings('ours');
      expect(ours).toMatchObject({
        'token: reset, used by an attempt': rows + 3,
        'token: reset, closed': 2,
        'token: revoke, open': 3,
        'job: begin, pending, never claimed, address, unique': 2,
        'job: notice, pending, never claimed, address': 3,
        'audit: password_reset, whole': rows + 3,
        'user: $free$a new password': 3,
      });
      expect(await leavings(name)).toEqual(ours);
    });

    test('mails the stored address only, and nobody who is unknown', async () => {
      const { side } = await contestant(name);
      await side.begin('nobody@example.com', clientOf(1));
      expect(await mailed(side, 3)).toHaveLength(1);
    });

    test('takes a token once, however many come at once', async () => {
      const { database, side } = await contestant(name);
      const [token = ''] = await mailed(side, 1);
      const tries = Array.from({ length: 8 }, (_, index) => side.confirm(token, `password ${index}`, clientOf(index)));
      const settled = await Promise.allSettled(tries);
      expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(await database.tally()).toMatchObject({ 'token: revoke, open': 1 });
    });

    test('takes no forged token, and the genuine one afterwards', async () => {
      const { side } = await contestant(name);
      const [token = ''] = await mailed(side, 1);
      const forged = token.slice(0, -1) + (token.endsWith('0') ? '1' : '0');
      await expect(side.confirm(forged, 'a new password', clientOf(1))).rejects.toThrow();
      await side.confirm(token, 'a new password', clientOf(1));
    });

    test('refuses a sibling of the token that was used', async () => {
      const { side } = await contestant(name);
      const [first = ''] = await mailed(side, 1);
      const [second = ''] = await mailed(side, 1);
      await side.confirm(second, 'a new password', clientOf(1));
      await expect(side.confirm(first, 'another password', clientOf(1))).rejects.toThrow();
    });

    test('charges its limits: one address asks 60 times, and no more', async () => {
      const { side } = await contestant(name);
      const tries = Array.from({ length: 200 }, (_, index) => side.begin(emailOf(index), clientOf(1)));
      const settled = await Promise.allSettled(tries);
      const allowed = settled.filter(({ status }) => status === 'fulfilled').length;
      // One more for each second that it took.
      expect(allowed).toBeGreaterThanOrEqual(60);
      expect(allowed).toBeLessThan(tries.length);
    });

    test('carries out each job once, with two passes at a time', async () => {
      const { database, side } = await contestant(name);
      for (let user = 0; user < rows; user += 1) await side.begin(emailOf(user), clientOf(user));
      await Promise.all([side.deliver(), side.deliver()]);
      expect(new Set(side.takeTokens()).size).toBe(rows);
      expect(await database.tally()).toMatchObject({ 'token: reset, open': rows });
    });
  });
}
