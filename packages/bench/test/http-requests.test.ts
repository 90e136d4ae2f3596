import { expect, test } from 'vitest';
import { requestsFor } from '../src/http-requests.js';

test('each request has a client of its own, whichever process it comes from', () => {
  const sources = [requestsFor(100), requestsFor(100, 'server')];
  const clients = sources.flatMap((next) => Array.from({ length: 500 }, () => next().client.ip));
  expect(new Set(clients).size).toBe(1_000);
});

test('an address comes again only after all the others', () => {
  const next = requestsFor(100, 'server');
  const emails = Array.from({ length: 300 }, () => next().email);
  for (const from of [0, 1, 99, 150, 200]) expect(new Set(emails.slice(from, from + 100)).size).toBe(100);
});
