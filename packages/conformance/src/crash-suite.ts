import assert from 'node:assert/strict';
import type { CrashTask } from './crash-journal.js';
import { missesEveryStep, seesHalfDone, seesWrongMails } from './crash-reader.js';
import { crashRounds } from './crash-rounds.js';
import { endWaiting, killAtEveryStep, killWaiting, problemsIn, requireWhole } from './crash-sweep.js';
import type { CrashTarget } from './crash-target.js';
import { type CrashTemplate, type CrashUser, crashTemplate } from './crash-template.js';
import type { TestRunner } from './runner.js';

const password = 'a brand new password';

const about = ({ userId, email }: CrashUser) => ({ userId, email });
const confirm = (user: CrashUser): CrashTask => ({
  ...about(user),
  id: 'confirm',
  operation: 'confirm',
  token: user.resetToken,
  password,
});
const update = (user: CrashUser): CrashTask => ({
  ...about(user),
  id: 'update',
  operation: 'update',
  current: user.password,
  password,
});
const revoke = (user: CrashUser): CrashTask => ({
  ...about(user),
  id: 'revoke',
  operation: 'revoke',
  token: user.revokeToken,
});
const begin = (user: CrashUser): CrashTask => ({ ...about(user), id: 'begin', operation: 'begin' });
const deliver: CrashTask = { operation: 'deliver' };

const seed = 20_260_102;

/**
 * Registers tests that kill processes with SIGKILL in the middle of a confirm, an update, a revoke and a delivery, at every
 * step of each and at random moments, and then look whether P3 to P6 hold, from the rows alone and from what the process said.
 *
 * @example
 * ```ts
 * import { test } from 'node:test';
 * import { type CrashTarget, testCrashes } from '@pwreset/conformance';
 *
 * export const testDurability = (target: CrashTarget): void => testCrashes({ test, target });
 * ```
 */
export function testCrashes({
  test,
  target,
  kills = 20,
}: {
  readonly test: TestRunner;
  readonly target: CrashTarget;
  /** How many processes are killed at random moments. */
  readonly kills?: number;
}): void {
  let made: Promise<CrashTemplate> | null = null;
  const world = async (): Promise<{
    readonly template: CrashTemplate;
    readonly ann: CrashUser;
    readonly ben: CrashUser;
  }> => {
    made ??= crashTemplate(target, 3);
    const template = await made;
    const [ann, ben] = template.users;
    assert.ok(ann !== undefined && ben !== undefined);
    return { template, ann, ben };
  };

  test('crash: P3, P4, P5: killed at every step of a begin, a confirm and their delivery', async () => {
    const { template, ann, ben } = await world();
    const killed = await killAtEveryStep({ target, template, tasks: [begin(ben), confirm(ann), deliver] });
    requireWhole(killed);
    assert.ok(
      killed.some(({ repeated }) => repeated > 0),
      'no kill came between a mail and the end of its job',
    );
    assert.ok(
      killed.some(({ fates }) => fates.some(({ told }) => told === 'done')),
      'no kill came after an answer',
    );
  });

  test('crash: P4: killed at every step of an update', async () => {
    const { template, ann } = await world();
    requireWhole(await killAtEveryStep({ target, template, tasks: [update(ann)] }));
  });

  test('crash: P6: killed at every step of a revoke', async () => {
    const { template, ann } = await world();
    requireWhole(await killAtEveryStep({ target, template, tasks: [revoke(ann)] }));
  });

  const { hold } = target;
  if (hold !== undefined) {
    test('crash: P3, P4, P6: killed, or its session ended, in the middle of a commit', async () => {
      const { template, ann } = await world();
      for (const task of [confirm(ann), update(ann), revoke(ann)]) {
        const sweep = { target, template, tasks: [task] };
        const holdAnn = (database: string) => hold(database, ann.userId);
        const killed = await killWaiting(sweep, holdAnn);
        const ended = await endWaiting(sweep, holdAnn);
        assert.deepEqual(problemsIn([killed, ended]), []);
        assert.deepEqual(
          [killed, ended].map(({ fates }) => fates.map(({ told }) => told)),
          [['nothing'], ['refused']],
        );
      }
    });
  }

  test('crash: P3, P4, P5, P6: killed at random moments', async () => {
    await crashRounds({ target, rounds: kills, seed, report: () => undefined });
  });

  test('crash: the reader sees a half-done confirm', async () => {
    const { template, ann } = await world();
    await seesHalfDone({ target, template, tasks: [confirm(ann)] });
  });

  test('crash: the reader misses whatever a commit leaves out', async () => {
    const { template, ann, ben } = await world();
    for (const tasks of [[confirm(ann)], [update(ann)], [revoke(ann)], [begin(ben), deliver]]) {
      await missesEveryStep(target, template, tasks);
    }
  });

  test('crash: the reader sees mails that were lost, changed or sent astray', async () => {
    await seesWrongMails(target, (await world()).template);
  });
}
