import { describe, expect, test } from 'vitest';
import { callOf } from '../src/call.js';
import { serviceId } from '../src/ids.js';
import { chosenResetUrl } from '../src/reset-url-choice.js';
import { contextOf, service, stubStorage } from './fixtures.js';

const page = 'https://acme.example/forgot?code={{code}}';

function setUp() {
  const storage = new Proxy(stubStorage(), {
    get: (_, member) => () => expect.fail(`${String(member)} was asked`),
  });
  const context = contextOf({ storage, service: { ...service, resetUrls: [page] } });
  return (resetUrl: unknown, named: string = 'default') =>
    chosenResetUrl(context, callOf(context, 'begin_code_reset', { service: serviceId(named) }), resetUrl);
}

describe('chosenResetUrl', () => {
  test("is the service's own page where none is named, and one of its list where it is", async () => {
    const chosen = setUp();
    expect(await chosen(undefined)).toBeNull();
    expect(await chosen(undefined, 'unknown')).toBeNull();
    expect(await chosen(page)).toBe(page);
  });

  test.each([
    ['', 'missing'],
    [null, 'malformed'],
    [7, 'malformed'],
    [[page], 'malformed'],
    [{ toString: () => page }, 'malformed'],
    ['https://evil.example/forgot?code={{code}}', 'not_allowed'],
    ['x'.repeat(1_000_000), 'not_allowed'],
  ] as const)('refuses %j as %s', async (resetUrl, problem) => {
    await expect(setUp()(resetUrl)).rejects.toMatchObject({ code: 'invalid_input', field: 'resetUrl', problem });
  });

  test('an unknown service allows none, with the same answer', async () => {
    await expect(setUp()(page, 'unknown')).rejects.toMatchObject({ field: 'resetUrl', problem: 'not_allowed' });
  });

  test('says what it refused in words, and not the URL', async () => {
    await expect(setUp()('https://evil.example/{{code}}')).rejects.toThrow(/^resetUrl is not allowed$/);
  });
});
