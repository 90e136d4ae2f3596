import type { ChangeNoticeMail, Mail, ResetMail, RevokeNoticeMail } from '@pwreset/core';
import { describe, expect, it } from 'vitest';
import { memoryMailer } from '../src/mailer.js';

const signal = new AbortController().signal;
const base = {
  messageId: 'job1@example.org',
  to: 'ann@example.org',
  name: 'Ann',
  locale: 'en',
  timezone: 'Etc/UTC',
  service: { name: 'Shop', url: 'https://shop.example' },
  at: 0,
  client: { ip: null, userAgent: null },
};
const reset: ResetMail = { ...base, kind: 'reset', url: 'https://shop.example/reset?token=1', expiresAt: 1 };
const notice: ChangeNoticeMail = {
  ...base,
  kind: 'reset_notice',
  url: 'https://shop.example/no?token=2',
  expiresAt: 1,
};
const revoked: RevokeNoticeMail = { ...base, kind: 'revoke_notice' };

describe('memoryMailer', () => {
  it('keeps copies of what it is given, oldest first', async () => {
    const mailer = memoryMailer();
    const mutable: Mail = { ...reset, service: { ...reset.service } };
    await mailer.send(mutable, { signal });
    Object.assign(mutable, { to: 'eve@example.org' });
    await mailer.send(notice, { signal });
    expect(mailer.mails).toEqual([reset, notice]);
    mailer.clear();
    expect(mailer.mails).toEqual([]);
  });

  it('finds the newest mail and link to an address, of one kind too', async () => {
    const mailer = memoryMailer();
    for (const mail of [reset, notice, revoked, { ...reset, to: 'bob@example.org' }])
      await mailer.send(mail, { signal });
    expect(mailer.lastMail('ann@example.org')).toEqual(revoked);
    expect(mailer.lastMail('ann@example.org', 'reset')).toEqual(reset);
    expect(mailer.lastLink('ann@example.org')).toBe(notice.url);
    expect(mailer.lastLink('ann@example.org', 'reset')).toBe(reset.url);
  });

  it('says what is missing and what there is', async () => {
    const mailer = memoryMailer();
    expect(() => mailer.lastLink('ann@example.org')).toThrow(
      'there is no mail with a link to ann@example.org; the mails are: none',
    );
    await mailer.send(revoked, { signal });
    expect(() => mailer.lastLink('ann@example.org')).toThrow('the mails are: revoke_notice to ann@example.org');
    expect(() => mailer.lastMail('bob@example.org', 'reset')).toThrow('there is no reset to bob@example.org');
  });

  it('fails as often as it is told and then no more', async () => {
    const mailer = memoryMailer();
    const fault = new Error('the relay is down');
    mailer.failNext(fault, 2);
    await expect(mailer.send(reset, { signal })).rejects.toBe(fault);
    await expect(mailer.send(reset, { signal })).rejects.toBe(fault);
    await mailer.send(reset, { signal });
    expect(mailer.mails).toEqual([reset]);
  });

  it('throws before there is a promise', () => {
    const mailer = memoryMailer();
    mailer.throwNext(new Error('at once'));
    expect(() => mailer.send(reset, { signal })).toThrow('at once');
  });

  it('hangs until its signal aborts', async () => {
    const mailer = memoryMailer();
    mailer.failNext('hang');
    const controller = new AbortController();
    let ended = false;
    const sending = mailer.send(reset, { signal: controller.signal }).finally(() => {
      ended = true;
    });
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    expect(ended).toBe(false);
    controller.abort(new Error('enough'));
    await expect(sending).rejects.toThrow('enough');
    mailer.failNext('hang');
    await expect(mailer.send(reset, { signal: controller.signal })).rejects.toThrow('enough');
    expect(mailer.mails).toEqual([]);
  });
});
