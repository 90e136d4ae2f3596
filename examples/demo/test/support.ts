import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Demo, startDemo } from '../src/demo.js';
import type { ReceivedMail } from '../src/mailbox.js';
import { type DemoDatabase, type DemoSettings, type Framework, sqliteAt } from '../src/settings.js';

export const localUrl = 'https://app.example/local';

/** A database file in a folder that goes with the test. */
export function freshDatabase(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pwreset-demo-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'demo.db');
}

export const settingsOf = (database: DemoDatabase, framework: Framework = 'express'): DemoSettings => ({
  port: 0,
  database,
  framework,
  secret: null,
  localUrl,
});

export async function freshDemo(file = freshDatabase()): Promise<Demo> {
  const demo = await startDemo(settingsOf(sqliteAt(file)));
  onTestFinished(() => demo.close());
  return demo;
}

export interface Reply {
  readonly status: number;
  readonly text: string;
  readonly json: Readonly<Record<string, unknown>>;
}

export async function call(
  demo: Pick<Demo, 'url' | 'serviceKey'>,
  method: string,
  path: string,
  body?: string,
): Promise<Reply> {
  const response = await fetch(demo.url + path, {
    method,
    headers: { authorization: demo.serviceKey, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  return { status: response.status, text, json: JSON.parse(text) };
}

/** The mails so far, as soon as there are this many. */
export async function mailsOf(demo: Pick<Demo, 'mailbox'>, count: number): Promise<readonly ReceivedMail[]> {
  for (;;) {
    const response = await fetch(`${demo.mailbox}.json`);
    const mails: readonly ReceivedMail[] = await response.json();
    if (mails.length >= count) return mails;
  }
}

export function linkIn(mail: ReceivedMail | undefined): URL {
  const link = /https?:\/\/\S+/.exec(mail?.text.split('\n').find((line) => line.includes('token=')) ?? '');
  if (link === null) throw new Error(`no link in ${mail?.text}`);
  return new URL(link[0]);
}
