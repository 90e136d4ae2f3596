import { describe, expect, test } from 'vitest';
import { defaultCodeFormat, deriveCode } from '../src/codes.js';
import type { Token, User } from '../src/entities.js';
import { fingerprint } from '../src/fingerprint.js';
import { tokenId } from '../src/ids.js';
import type { NoticeWork, ResetMailWork } from '../src/jobs.js';
import { prepareNotice, prepareResetMail } from '../src/mail-job.js';
import { keyRing } from '../src/secrets.js';
import { deriveLinkToken } from '../src/tokens.js';
import { contextOf, job, secret, service, start, stubStorage, token, user } from './fixtures.js';

const { current } = keyRing(secret);
const client = { ip: '203.0.113.7', userAgent: 'curl' };

function setUp(columns: Partial<Token>, now: User | null = user(), secretNow: string | readonly string[] = secret) {
  const purpose = columns.purpose ?? 'reset';
  const row = token({ purpose, fingerprint: fingerprint(current, purpose, user()), ...columns });
  const storage = stubStorage({ findToken: async (id) => (id === row.id ? { token: row, user: now } : null) });
  const text = deriveLinkToken(current, row.purpose, row.id);
  return { context: contextOf({ storage, secret: secretNow }), row, text };
}

describe('a reset mail', () => {
  const work = (tokenId: string): ResetMailWork => ({
    kind: 'mail',
    mail: 'reset',
    tokenId,
    codeId: null,
    resetUrl: null,
    serviceId: 'default',
    requestedAt: start - 1,
    client,
  });

  test('goes to the stored address with the token derived again, the same each time', async () => {
    const { context, row, text } = setUp({});
    const prepared = await prepareResetMail(context, job(), work(row.id));
    expect(prepared).toEqual({
      outcome: 'mail',
      mail: {
        kind: 'reset',
        messageId: 'job-1@acme.example',
        to: 'ann@example.com',
        name: 'Ann',
        locale: 'en',
        timezone: 'Etc/UTC',
        service: { name: 'Acme', url: 'https://acme.example' },
        at: start - 1,
        client,
        url: `https://acme.example/reset#token=${text}`,
        expiresAt: row.expiresAt,
      },
    });
    expect(await prepareResetMail(context, job({ attempt: 9 }), work(row.id))).toEqual(prepared);
  });

  describe('with a code', () => {
    const codeRow = (columns: Partial<Token> = {}): Token =>
      token({
        id: tokenId('c'.repeat(20)),
        purpose: 'reset_code',
        fingerprint: fingerprint(current, 'reset_code', user()),
        expiresAt: start + 600_000,
        ...columns,
      });
    const next = ['another secret of thirty-two bytes!!', secret];

    function withCode(code: Token | null, secretNow: string | readonly string[] = secret) {
      const link = token({ fingerprint: fingerprint(current, 'reset', user()) });
      const rows = [link, ...(code === null ? [] : [code])];
      const storage = stubStorage({
        findToken: async (id) => {
          const row = rows.find((each) => each.id === id);
          return row === undefined ? null : { token: row, user: user() };
        },
      });
      const wanted = { ...work(link.id), codeId: 'c'.repeat(20) };
      return prepareResetMail(contextOf({ storage, secret: secretNow }), job(), wanted);
    }

    test('shows it beside the link, with the end of each', async () => {
      const code = codeRow();
      const text = deriveCode(current, defaultCodeFormat, code);
      const mail = { kind: 'reset_code', code: text, codeExpiresAt: start + 600_000, expiresAt: start + 3_600_000 };
      expect(await withCode(code)).toMatchObject({ outcome: 'mail', mail });
      expect(await withCode(code, next)).toMatchObject({ outcome: 'mail', mail });
    });

    test.each<[string, Token | null]>([
      ['is not known', null],
      ['was closed', codeRow({ closedAt: start })],
      ['was used', codeRow({ usedAt: start })],
      ['has ended', codeRow({ expiresAt: start })],
      ['died with the password', codeRow({ fingerprint: 'other' })],
      ['is of a secret that was dropped', codeRow({ secretId: keyRing('x'.repeat(32)).current.id })],
    ])('one that %s leaves the link alone', async (_, code) => {
      const prepared = await withCode(code);
      expect(prepared).toMatchObject({ outcome: 'mail', mail: { kind: 'reset' } });
      expect(JSON.stringify(prepared)).not.toContain('code');
    });
  });

  test("leads to the caller's page as long as the service allows it, with the token of the link (P11)", async () => {
    const { row, text, context } = setUp({});
    const resetUrl = 'https://acme.example/forgot?code={{code}}';
    const allowing = contextOf({ storage: context.storage, service: { ...service, resetUrls: [resetUrl] } });
    expect(await prepareResetMail(allowing, job(), { ...work(row.id), resetUrl })).toMatchObject({
      mail: { url: `https://acme.example/forgot?code=${text}` },
    });
    expect(await prepareResetMail(context, job(), { ...work(row.id), resetUrl })).toEqual(
      await prepareResetMail(context, job(), work(row.id)),
    );
  });

  test('after a rotation still carries the token that was issued', async () => {
    const { context, row, text } = setUp({}, user(), ['another secret of thirty-two bytes!!', secret]);
    expect(await prepareResetMail(context, job(), work(row.id))).toMatchObject({
      mail: { url: expect.stringContaining(text) },
    });
  });

  test.each<[string, Partial<Token>, User | null]>([
    ['used', { usedAt: start }, user()],
    ['closed', { closedAt: start }, user()],
    ['expired', { expiresAt: start }, user()],
    ['user_gone', {}, null],
    ['credential_changed', {}, user({ email: 'ann@other.example' })],
    ['user_disabled', {}, user({ enabled: false })],
    ['reset_not_allowed', {}, user({ passwordAllowReset: false })],
  ])('is dropped when its token has died: %s', async (reason, columns, now) => {
    const { context, row } = setUp(columns, now);
    expect(await prepareResetMail(context, job(), work(row.id))).toEqual({ outcome: 'dropped', reason });
  });

  test('is dropped for a token that nobody knows, and waits for a service or a secret that may yet be known', async () => {
    const { context, row } = setUp({});
    expect(await prepareResetMail(context, job(), work('other'))).toEqual({ outcome: 'dropped', reason: 'unknown' });
    const elsewhere = prepareResetMail(context, job(), { ...work(row.id), serviceId: 'other' });
    await expect(elsewhere).rejects.toThrow('there is no service with this id');
  });
});

describe('a notice', () => {
  const work = (tokenId: string | null, mail: NoticeWork['mail'] = 'reset_notice'): NoticeWork => ({
    kind: 'notice',
    mail,
    userId: 'user-1',
    tokenId,
    serviceId: 'default',
    locale: 'de',
    timezone: 'Europe/Berlin',
    at: start,
    client,
  });
  const to = job({ kind: 'notice', address: 'ann@then.example' });

  test.each(['reset_notice', 'update_notice', 'email_change_notice'] as const)(
    '%s goes to the address of the moment of the change, whatever became of user and token',
    async (mail) => {
      const { context, row, text } = setUp(
        { purpose: 'revoke', usedAt: start, closedAt: start },
        user({ email: 'eve@evil.example', enabled: false, credential: { state: 'unusable', stored: null } }),
      );
      const prepared = await prepareNotice(context, to, work(row.id, mail));
      expect(prepared).toMatchObject({
        outcome: 'mail',
        mail: { kind: mail, to: 'ann@then.example', locale: 'de', timezone: 'Europe/Berlin', expiresAt: row.expiresAt },
      });
      expect(prepared).toMatchObject({ mail: { url: `https://acme.example/not-me#token=${text}` } });
    },
  );

  test('of a revoke has no link, and needs no token', async () => {
    const { context } = setUp({});
    const prepared = await prepareNotice(context, to, work(null, 'revoke_notice'));
    expect(prepared).toMatchObject({
      outcome: 'mail',
      mail: { kind: 'revoke_notice', to: 'ann@then.example', name: '' },
    });
    expect(JSON.stringify(prepared)).not.toContain('url":"https://acme.example/not-me');
  });

  test('is sent for a user whose row is gone', async () => {
    const { context, row } = setUp({ purpose: 'revoke' }, null);
    expect(await prepareNotice(context, to, work(row.id))).toMatchObject({
      mail: { to: 'ann@then.example', name: '' },
    });
  });

  test('is dropped where its address was erased', async () => {
    const { context, row } = setUp({ purpose: 'revoke' });
    const erased = { ...to, address: null };
    expect(await prepareNotice(context, erased, work(row.id))).toEqual({ outcome: 'dropped', reason: 'unknown' });
  });
});
