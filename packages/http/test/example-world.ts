import { createPwreset, type ServiceId, serviceId, userId } from '@pwreset/core';
import { manualClock, memoryMailer, memoryStorage, testHasher } from '@pwreset/memory';
import { type sampleValues, ssoLinks } from '../src/index.js';
import type { ExampleApplication, Preparation } from './every-dialect.js';
import { localUrl } from './fixture.js';

/** What a sample value really is in a world, as far as it is there. */
export type RealValues = Partial<Readonly<Record<keyof typeof sampleValues, string>>>;

interface ExampleWorldOptions {
  readonly resetUrls: readonly string[];
  /** Of the user whom the example is about. */
  readonly email: string;
}

/** A service with a key, the same one for calls without, and nobody yet. */
export async function createExampleWorld({ resetUrls, email }: ExampleWorldOptions) {
  const mailer = memoryMailer();
  const clock = manualClock();
  const site = { name: 'Acme', url: 'https://app.example', links: ssoLinks(localUrl), resetUrls };
  const pwreset = createPwreset({
    storage: memoryStorage(),
    clock,
    mailer,
    hasher: testHasher(),
    secret: 'a secret of thirty-two bytes or more',
    delivery: 'manual',
    strength: () => 4,
    service: site,
  });
  const { service, value: serviceKey } = await pwreset.services.createWithKey(site);
  let values: RealValues = { serviceKey, serviceId: service.id };
  const learn = (more: RealValues): void => {
    values = { ...values, ...more };
  };
  const tokenOf = (kind: 'reset' | 'reset_notice'): string =>
    new URL(mailer.lastLink(email, kind)).searchParams.get('token') ?? '';

  /** A link token, which is good for the service that asked for it. */
  async function resetToken(caller: ServiceId | undefined): Promise<string> {
    await pwreset.beginReset({ email, service: caller });
    await pwreset.idle();
    return tokenOf('reset');
  }

  const prepare: Readonly<Record<Preparation, (caller: ServiceId | undefined) => Promise<RealValues>>> = {
    user: async () => {
      const fields = { name: 'Ann', password: 'correct horse battery', passwordAllowReset: true };
      const { user } = await pwreset.users.create({ ...fields, email, service: service.id });
      return { userId: user.id };
    },
    resetToken: async (caller) => ({ token: await resetToken(caller) }),
    revokeToken: async (caller) => {
      await pwreset.confirmReset({
        token: await resetToken(caller),
        password: 'hat of seven colours',
        service: caller,
      });
      await pwreset.idle();
      return { token: tokenOf('reset_notice') };
    },
    code: async (caller) => {
      await pwreset.beginCodeReset({ email, service: caller });
      await pwreset.idle();
      const mail = mailer.lastMail(email, 'reset_code');
      if (mail.kind !== 'reset_code') throw new Error('another mail has come');
      return { code: mail.code };
    },
    userKey: async () => {
      const owner = userId(values.userId ?? '');
      const made = { type: 'TOKEN', name: 'laptop', service: service.id, userId: owner } as const;
      const { key, value } = await pwreset.keys.create(made);
      return { keyId: key.id, userKey: value };
    },
  };

  const application: ExampleApplication = { signedInUser: () => values.userId ?? '' };
  return {
    pwreset,
    application,
    /** What has to be there, one after the other, in the name of who is to call. */
    async prepare(names: readonly Preparation[], hasKey: boolean): Promise<RealValues> {
      for (const name of names) learn(await prepare[name](hasKey ? serviceId(service.id) : undefined));
      return values;
    },
  };
}
