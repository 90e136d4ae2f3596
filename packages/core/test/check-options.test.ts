import { describe, expect, test, vi } from 'vitest';
import { checkPorts } from '../src/check-options.js';
import { warnOfTrouble } from '../src/default-listener.js';
import { jobId } from '../src/ids.js';
import { options, start } from './fixtures.js';

describe('checkPorts', () => {
  test('takes what a caller should give', () => {
    expect(() => checkPorts(options({}))).not.toThrow();
  });

  test.each([
    ['no options', undefined, /object of options/],
    ['a path as storage', { ...options({}), storage: 'app.db' }, /storage must be an object with commit/],
    ['no hasher', { ...options({}), hasher: undefined }, /hasher must be an object with hash, verify/],
    ['a function as mailer', { ...options({}), mailer: async () => undefined }, /mailer must be an object with send/],
    ['sessions without endAll', { ...options({}), sessions: {} }, /sessions must be an object with endAll/],
    ['a policy that is no function', { ...options({}), policy: [] }, /policy must be a function/],
    ['no secret', { ...options({}), secret: undefined }, /secret is missing/],
  ])('refuses %s and says what is wrong', (_, given, message) => {
    expect(() => checkPorts(given)).toThrow(TypeError);
    expect(() => checkPorts(given)).toThrow(message);
  });
});

test('without a listener, mail and storage that fail are warnings and nothing else is', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  try {
    const fault = { name: 'MailFailed', code: 'ECONNREFUSED', message: 'the relay is down' };
    warnOfTrouble({ type: 'job_retried', at: start, jobId: jobId('1'), kind: 'mail', attempt: 1, dueAt: start, fault });
    warnOfTrouble({ type: 'overloaded', at: start, retryAfterMs: 1 });
    expect(warn.mock.calls).toEqual([[expect.stringContaining('the relay is down')]]);
  } finally {
    warn.mockRestore();
  }
});
