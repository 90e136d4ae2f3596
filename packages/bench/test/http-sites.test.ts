import { afterEach, expect, inject, test } from 'vitest';
import { type BenchDatabase, type DatabaseName, databases } from '../src/bench-database.js';
import { type BenchRequest, requestsFor } from '../src/http-requests.js';
import { clientHeader, type FrameworkName, frameworks } from '../src/http-site.js';
import { openSites, type Sites } from '../src/http-sites.js';
import { settings } from '../src/settings.js';

const rows = 40;
const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.close();
});

interface Opened {
  readonly database: BenchDatabase;
  readonly sites: Sites;
}

async function open(framework: FrameworkName, name: DatabaseName): Promise<Opened> {
  const [make] = settings[name];
  if (make === undefined) throw new Error(`${name} has no setting`);
  const database = await make(rows, inject('benchServerUrl'));
  opened.push(database);
  const sites = await openSites(framework, database);
  opened.push(sites);
  return { database, sites };
}

/** The places of the floors of a database. */
const floorsOf: Readonly<Record<DatabaseName, readonly number[]>> = { sqlite: [0], postgres: [0, 1] };
const lines = frameworks.flatMap((framework) => databases.map((database) => ({ framework, database })));

async function post(url: string | undefined, { email, client }: BenchRequest): Promise<Response> {
  const headers = {
    'content-type': 'application/json',
    'user-agent': client.userAgent,
    [clientHeader]: client.ip,
  };
  return fetch(url ?? '', { method: 'POST', headers, body: JSON.stringify({ email }) });
}

/** What is left behind by as many requests as there are users, one of them twice. */
async function leavings({ database }: Opened, url: string | undefined): Promise<Readonly<Record<string, number>>> {
  const nextRequest = requestsFor(rows);
  const requests = Array.from({ length: rows }, nextRequest);
  const [again] = requests;
  if (again === undefined) throw new Error('nothing was asked');
  for (const request of [...requests, again]) {
    const answer = await post(url, request);
    expect({ status: answer.status, body: await answer.json() }).toEqual({ status: 202, body: {} });
  }
  return database.tally();
}

test.each(lines)('by hand in $framework, on $database, leaves the rows that ours leaves', async (line) => {
  const first = await open(line.framework, line.database);
  const ours = await leavings(first, first.sites.ours.url);
  expect(ours).toMatchObject({
    'job: begin, pending, never claimed, address, unique': rows,
    // Each request was taken to come from the client that the generator named.
    'limit: ip': rows,
    'limit: begin_by_address': rows,
  });
  for (const place of floorsOf[line.database]) {
    const other = await open(line.framework, line.database);
    expect(await leavings(other, other.sites.byHand[place]?.url)).toEqual(ours);
  }
});

test.each(lines)('by hand and ours charge their limits in $framework, on $database', async (line) => {
  for (const place of ['ours', ...floorsOf[line.database]] as const) {
    const { sites } = await open(line.framework, line.database);
    const site = place === 'ours' ? sites.ours : sites.byHand[Number(place)];
    const nextRequest = requestsFor(rows);
    const { client } = nextRequest();
    const answers = await Promise.all(Array.from({ length: 120 }, () => post(site?.url, { ...nextRequest(), client })));
    const allowed = answers.filter(({ status }) => status === 202).length;
    // One more for each second that it took.
    expect(allowed).toBeGreaterThanOrEqual(60);
    expect(allowed).toBeLessThan(answers.length);
  }
});

test.each(frameworks)('the echo of %s answers with what it was sent, and leaves nothing', async (framework) => {
  const { database, sites } = await open(framework, 'sqlite');
  const before = await database.tally();
  const request = requestsFor(rows)();
  const answer = await post(sites.echo.url, request);
  expect({ status: answer.status, body: await answer.json() }).toEqual({ status: 200, body: { email: request.email } });
  expect(answer.headers.get('etag')).toBeNull();
  expect(await database.tally()).toEqual(before);
});

test('jobs are counted as they are ended', async () => {
  const { database, sites } = await open('express', 'sqlite');
  const nextRequest = requestsFor(rows);
  for (let sent = 0; sent < 3; sent += 1) await post(sites.ours.url, nextRequest());
  expect(await database.settle()).toBe(3);
  expect(await database.settle()).toBe(0);
});
