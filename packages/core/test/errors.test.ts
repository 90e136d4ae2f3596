import { expect, test } from 'vitest';
import { limitReached } from '../src/call.js';
import { InvalidInput, inputProblems, TooManyRequests } from '../src/errors.js';
import { contextOf, start } from './fixtures.js';

const client = { ip: null, userAgent: null };

test('TooManyRequests says how long to wait, until when, and how many the limit lets through', () => {
  const context = contextOf();
  const limit = { name: 'ip', key: 'k', capacity: 60, refillMs: 1_000, now: start } as const;
  const error = limitReached(context, { flow: 'login', client }, limit, 250);
  expect(error).toBeInstanceOf(TooManyRequests);
  expect(error).toMatchObject({ code: 'too_many_requests', retryAfterMs: 250, retryAt: start + 250, capacity: 60 });
  expect(context.events).toEqual([{ type: 'limit_reached', flow: 'login', limit: 'ip', client }]);
});

test('InvalidInput says which field and what is wrong with it, and nothing of its value', () => {
  for (const problem of inputProblems) {
    const error = new InvalidInput('resetUrl', problem);
    expect(error).toMatchObject({ code: 'invalid_input', field: 'resetUrl', problem });
    expect(error.message).toBe(`resetUrl is ${problem.replace('_', ' ')}`);
  }
});
