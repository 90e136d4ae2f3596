import { describe, expect, test } from 'vitest';
import { requireAddress } from '../src/address.js';
import { findUserByAddress } from '../src/find-user.js';
import { defaultRealm, realm, userId } from '../src/ids.js';
import { publicUser } from '../src/public-user.js';
import { contextOf, stubStorage, user } from './fixtures.js';

/** What is found for `mike@example.com` where the storage answers with users of these addresses. */
async function find(...emails: readonly string[]) {
  const users = emails.map((email, index) => user({ id: userId(String(index)), email }));
  const context = contextOf({ storage: stubStorage({ findUsersByEmail: async () => users }) });
  const found = await findUserByAddress(context, defaultRealm, requireAddress('mike@example.com'));
  return { found: found?.email ?? null, events: context.events };
}

describe('findUserByAddress', () => {
  test('compares what was stored as addresses are compared', async () => {
    expect(await find('Mike@EXAMPLE.com')).toEqual({ found: 'Mike@EXAMPLE.com', events: [] });
    expect(await find()).toEqual({ found: null, events: [] });
  });

  test.each([
    'mıke@example.com',
    'mike@exámple.com',
    'ｍike@example.com',
    'míke@example.com',
    'mike@example.com.evil.example',
    'mike@example.com ',
    'no address',
  ])('a collation that answers with %j makes nobody one with them', async (email) => {
    const events = [{ type: 'address_differs', userIds: ['0'] }];
    expect(await find(email)).toEqual({ found: null, events });
    expect(await find(email, 'mike@example.com')).toEqual({ found: 'mike@example.com', events });
  });

  test('a collation that answers with another realm makes nobody one of this', async () => {
    const other = user({ id: userId('0'), email: 'mike@example.com', realm: realm('ACME') });
    const context = contextOf({ storage: stubStorage({ findUsersByEmail: async () => [other] }) });
    expect(await findUserByAddress(context, realm('acme'), requireAddress('mike@example.com'))).toBeNull();
    expect(context.events).toEqual([{ type: 'address_differs', userIds: ['0'] }]);
    expect(await findUserByAddress(context, realm('ACME'), requireAddress('mike@example.com'))).toBe(other);
  });

  test('two are none', async () => {
    const events = [{ type: 'address_ambiguous', userIds: ['0', '1'] }];
    expect(await find('mike@example.com', 'MIKE@example.com')).toEqual({ found: null, events });
  });
});

test('a public user has the state of the credential and not the credential', () => {
  const shown = publicUser(user({ credential: { state: 'usable', stored: 'stored-hash' } }));
  expect(shown).toMatchObject({ id: 'user-1', credentialState: 'usable' });
  expect(JSON.stringify(shown)).not.toContain('stored');
  expect(Object.keys(shown)).not.toContain('credential');
});
