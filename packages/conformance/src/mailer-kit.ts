import assert from 'node:assert/strict';
import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Mail, Mailer } from '@pwreset/core';

/**
 * A mail as whoever took it reads it: decoded, its header fields unfolded. Of a mailer that hands data over and renders nothing, the
 * text is what it hands over, and there are no header fields.
 */
export interface ReceivedMail {
  /** Everyone to whom it goes: the recipients of the envelope, where there is one. */
  readonly recipients: readonly string[];
  /** Without angle brackets. */
  readonly messageId: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly text: string;
  readonly html: string | null;
}

/** A mailer, and the server, the service or the list that takes its mails. */
export interface MailerUnderTest {
  readonly mailer: Mailer;
  /** Every mail that was taken, oldest first. */
  received(): Promise<readonly ReceivedMail[]>;
  /** The next mail that comes is refused. */
  refuseNext(): void;
  /** The next mail that comes is never answered. Resolves once it has come, or at once where nobody can tell. */
  hangNext(): Promise<void>;
  dispose(): Promise<void>;
}

export type MailerFactory = () => Promise<MailerUnderTest>;

/** One test. */
export type MailerCase = (parts: MailerUnderTest) => Promise<void>;

/** Sends one mail and answers it as it was received. */
export async function sent(parts: MailerUnderTest, mail: Mail): Promise<ReceivedMail> {
  const before = (await parts.received()).length;
  await send(parts.mailer, mail);
  const [received, ...others] = (await parts.received()).slice(before);
  assert.ok(received !== undefined, `a mail of kind ${mail.kind} has not been received when send resolves`);
  assert.equal(others.length, 0, 'a mail was received more than once');
  return received;
}

/** Sends mails at once and answers each as it was received. */
export async function sentAtOnce<Sent extends Mail>(
  parts: MailerUnderTest,
  mails: readonly Sent[],
): Promise<readonly { readonly mail: Sent; readonly received: ReceivedMail }[]> {
  await Promise.all(mails.map((mail) => send(parts.mailer, mail)));
  const all = await parts.received();
  assert.equal(all.length, mails.length);
  return mails.map((mail) => {
    const [received, ...others] = all.filter(({ messageId }) => messageId === mail.messageId);
    assert.ok(
      received !== undefined && others.length === 0,
      `${mail.messageId} was received ${others.length ? 'twice' : 'never'}`,
    );
    return { mail, received };
  });
}

/** How long a mailer may take to let go of a mail. Only one that never does is waited for. */
const deadlineMs = 3000;

/** How work ended; `pending` where it had not in the end. */
export async function endOf(work: Promise<unknown>): Promise<'resolved' | 'rejected' | 'pending'> {
  const over = new AbortController();
  const late = setTimeout(deadlineMs, 'pending' as const, { signal: over.signal });
  late.catch(() => {});
  try {
    return await Promise.race([
      work.then(
        () => 'resolved' as const,
        () => 'rejected' as const,
      ),
      late,
    ]);
  } finally {
    over.abort();
  }
}

/** Sends with a signal that never aborts. */
export async function send(mailer: Mailer, mail: Mail): Promise<void> {
  const sending = mailer.send(mail, { signal: new AbortController().signal });
  assert.notEqual(await endOf(sending), 'pending', 'send does not end');
  await sending;
}

/** Lets everything that can go on go on. */
export async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await setImmediate();
}
