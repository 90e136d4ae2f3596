import { mailerCases } from './mailer-cases.js';
import { mailerFailureCases } from './mailer-failures.js';
import type { MailerFactory } from './mailer-kit.js';
import type { TestRunner } from './runner.js';

/**
 * Registers every test that a mailer must pass, with any runner: nothing is optional, nothing is skipped. `factory` is called for
 * each test; what it makes has received nothing.
 *
 * @example
 * ```ts
 * import { test } from 'node:test';
 * import { testMailer } from '@pwreset/conformance';
 * import { memoryMailer } from '@pwreset/memory';
 *
 * testMailer({
 *   test,
 *   factory: async () => {
 *     const mailer = memoryMailer();
 *     return {
 *       mailer,
 *       received: async () =>
 *         mailer.mails.map((mail) => ({
 *           recipients: [mail.to],
 *           messageId: mail.messageId,
 *           headers: [],
 *           text: `${'url' in mail ? mail.url : ''} ${'code' in mail ? mail.code : ''}`,
 *           html: null,
 *         })),
 *       refuseNext: () => mailer.failNext(new Error('refused')),
 *       hangNext: async () => mailer.failNext('hang'),
 *       dispose: async () => {},
 *     };
 *   },
 * });
 * ```
 */
export function testMailer({
  test: register,
  factory,
}: {
  readonly test: TestRunner;
  readonly factory: MailerFactory;
}): void {
  for (const [name, run] of Object.entries({ ...mailerCases, ...mailerFailureCases })) {
    register(`mailer: ${name}`, async () => {
      const parts = await factory();
      try {
        await run(parts);
      } finally {
        await parts.dispose();
      }
    });
  }
}
