import assert from 'node:assert/strict';
import {
  type BeginCodeResetInput,
  createPwreset,
  type DirectoryPwreset,
  type DirectoryStorage,
  type Pwreset,
  type PwresetEvent,
  type PwresetOptions,
  type Storage,
  serviceLinks,
  type UserId,
} from '@pwreset/core';
import type { SampleUser } from './application.js';
import type { DirectoryFlowParts, DirectoryFlowStorage, FlowParts } from './flow-parts.js';
import { type Settle, tracked } from './flow-tracking.js';

export const second = 1_000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

export const ann = 'ann@example.com';
export const oldPassword = 'the old password';
export const newPassword = 'a brand new password';

export interface EndedSessions {
  readonly userId: UserId;
  readonly startedBefore: number;
}

/** A server around one storage, with one enabled user, `ann`, whom the application has put there. */
export interface World extends FlowParts {
  readonly pwreset: Pwreset;
  readonly ann: SampleUser;
  readonly events: readonly PwresetEvent[];
  readonly ended: readonly EndedSessions[];
  eventsOf<T extends PwresetEvent['type']>(type: T): readonly Extract<PwresetEvent, { readonly type: T }>[];
  /** Puts the next sample user into the application's table. */
  addUser(email: string, columns?: { readonly password?: string; readonly enabled?: boolean }): Promise<SampleUser>;
  /** Asks for a reset, delivers, and returns the token of the mail. */
  resetToken(email?: string): Promise<string>;
  /** Asks for a reset with a code, delivers, and returns what the mail carried. */
  codeMail(email?: string, more?: Partial<BeginCodeResetInput>): Promise<CodeMail>;
  /** Resets Ann's password and returns the revoke token of the notice. */
  revokeToken(): Promise<string>;
  /** Another server on the same storage, clock and mailer. */
  another(options?: Partial<PwresetOptions>, storage?: Storage): Pwreset;
  /** Waits for the storage. */
  readonly settle: Settle;
}

/** What a mail with a code carries. */
export interface CodeMail {
  readonly code: string;
  /** The token of its link. */
  readonly token: string;
}

/** A world whose storage keeps users, keys and services itself. */
export interface DirectoryWorld extends World {
  readonly storage: DirectoryFlowStorage;
  readonly pwreset: DirectoryPwreset;
  another(options?: Partial<PwresetOptions>, storage?: DirectoryStorage): DirectoryPwreset;
}

export const suiteSecret = 'a secret of the suite, at least thirty-two bytes';

export function tokenIn(link: string): string {
  const token = /[?&#/](?:token|code|t)=([^&#]+)/.exec(link)?.[1];
  assert.ok(token, `no token in ${link}`);
  return token;
}

export async function worldOf(parts: FlowParts, options: Partial<PwresetOptions> = {}): Promise<World> {
  const { storage, settle } = tracked(parts.storage);
  const open = (given: Given, on: Storage = storage): Pwreset => createPwreset({ ...given, storage: on });
  return { ...parts, storage, settle, ...(await populated(parts, options, open)) };
}

export async function directoryWorldOf(
  parts: DirectoryFlowParts,
  options: Partial<PwresetOptions> = {},
): Promise<DirectoryWorld> {
  const { storage, settle } = tracked(parts.storage);
  const open = (given: Given, on: DirectoryStorage = storage): DirectoryPwreset =>
    createPwreset({ ...given, storage: on });
  return { ...parts, storage, settle, ...(await populated(parts, options, open)) };
}

type Given = Omit<PwresetOptions, 'storage'>;

/** Leaves to `open` how a server comes to its storage, because the storage decides what the server can do. */
async function populated<S extends Storage, P extends Pwreset>(
  { application, clock, mailer, hasher }: FlowParts,
  options: Partial<PwresetOptions>,
  open: (given: Given, storage?: S) => P,
) {
  const events: PwresetEvent[] = [];
  const ended: EndedSessions[] = [];
  const given: Given = {
    clock,
    mailer,
    hasher,
    secret: suiteSecret,
    delivery: 'manual',
    service: {
      name: 'Acme',
      url: 'https://acme.example',
      links: serviceLinks({
        reset: 'https://acme.example/reset?email={{email}}&token={{token}}',
        revoke: 'https://acme.example/not-me?token={{token}}',
      }),
      resetUrls: ['https://acme.example/forgot?lang=&code={{code}}', 'https://acme.example/app#/reset?t={{token}}'],
    },
    sessions: {
      endAll: async (userId, { startedBefore }) => {
        ended.push({ userId, startedBefore });
      },
    },
    onEvent: (event) => events.push(event),
    ...options,
  };
  const pwreset = open(given);

  let count = 0;
  const addUser: World['addUser'] = async (email, { password = newPassword, enabled = true } = {}) => {
    count += 1;
    const id = application.userId(count);
    const user = { id, email, enabled, hash: await hasher.hash(password), createdAt: clock.now() };
    await application.addUser(user);
    return user;
  };
  const resetToken = async (email: string = ann): Promise<string> => {
    await pwreset.beginReset({ email });
    await pwreset.idle();
    return tokenIn(mailer.lastLink(email, 'reset'));
  };
  const codeMail: World['codeMail'] = async (email = ann, more = {}) => {
    await pwreset.beginCodeReset({ email, ...more });
    await pwreset.idle();
    const mail = mailer.lastMail(email, 'reset_code');
    assert.ok(mail.kind === 'reset_code');
    return { code: mail.code, token: tokenIn(mail.url) };
  };
  return {
    pwreset,
    ann: await addUser(ann, { password: oldPassword }),
    events,
    ended,
    eventsOf: <T extends PwresetEvent['type']>(type: T) =>
      events.filter((event): event is Extract<PwresetEvent, { readonly type: T }> => event.type === type),
    addUser,
    resetToken,
    codeMail,
    async revokeToken() {
      await pwreset.confirmReset({ token: await resetToken(), password: newPassword });
      await pwreset.idle();
      return tokenIn(mailer.lastLink(ann, 'reset_notice'));
    },
    another: (more: Partial<PwresetOptions> = {}, storage?: S): P => open({ ...given, ...more }, storage),
  };
}
