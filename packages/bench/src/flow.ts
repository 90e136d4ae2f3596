import {
  createPwreset,
  type Mail,
  type Mailer,
  type Pwreset,
  type PwresetEvent,
  type Storage,
  serviceLinks,
} from '@pwreset/core';
import { benchService, type Contestant } from './contestant.js';
import { freeHasher } from './free-hasher.js';
import { type Postbox, postbox } from './postbox.js';

export const benchSecret = 'a secret of the benchmark, thirty-two bytes or more';

/** Jobs in hand at once, and connections in a pool: as many as there are requests at once. */
export const workers = 16;

const mailerInto = ({ send }: Postbox): Mailer => ({
  send: (mail: Mail) =>
    send({ messageId: mail.messageId, to: mail.to, url: 'url' in mail && mail.url !== null ? mail.url : '' }),
});

/** What happens when all goes well. A begin for nobody is ignored, as it should. */
const expected: ReadonlySet<PwresetEvent['type']> = new Set([
  'reset_requested',
  'password_reset',
  'mail_sent',
  'begin_ignored',
]);

/** The flows, and what they are called by where a framework is between. */
export interface FlowContestant extends Contestant {
  readonly pwreset: Pwreset;
}

/** The whole flow, as an application calls it. */
export function flow(storage: Storage): FlowContestant {
  const sent = postbox();
  const trouble: PwresetEvent[] = [];
  const pwreset = createPwreset({
    storage,
    hasher: freeHasher,
    mailer: mailerInto(sent),
    secret: benchSecret,
    service: {
      id: benchService.id,
      name: benchService.name,
      url: benchService.url,
      links: serviceLinks({ reset: benchService.resetPage, revoke: benchService.revokePage }),
    },
    delivery: { mode: 'manual', concurrent: workers },
    // Users come round again and again. The limit is charged all the same.
    limits: { begin_by_address: { capacity: 1_000_000, refillMs: 1 } },
    onEvent(event) {
      if (!expected.has(event.type)) trouble.push(event);
    },
  });
  return {
    name: 'ours',
    pwreset,
    begin: (email, client) => pwreset.beginReset({ email, client }),
    async deliver() {
      await pwreset.deliver();
      // A job that failed would be tried again later, and its time be missing.
      const [first] = trouble;
      if (first !== undefined) throw new Error(`delivery met trouble: ${JSON.stringify(first)}`);
    },
    async confirm(token, password, client) {
      await pwreset.confirmReset({ token, password, client });
    },
    takeTokens: sent.takeTokens,
  };
}
