import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { bodyOf, createWorld, email, password, resetPasswordUrl } from './service-fixture.js';

const attributes = { firstName: 'Ann', lastName: 'Bee', 'a,b': 1 };

/** A description with more in it than its type knows, as JavaScript may give. */
const leaky = { attributes, roles: ['R'], verified: true, password: 'hash', credential: 'hash', id: 'x', email: 'x' };

const shape = z.strictObject({
  username: z.string(),
  email: z.literal(email),
  verified: z.boolean(),
  enabled: z.boolean(),
  createdOn: z.number(),
  lastModified: z.number(),
  tenant: z.string(),
  roles: z.array(z.string()),
  attributes: z.record(z.string(), z.unknown()),
  id: z.string(),
});

async function read(query: string) {
  const world = await createWorld({ profile: { describe: async () => leaky } });
  const id = await world.addUser(email);
  const answer = await world.call('GET', `/api/1/profile/${id}`, { query: `accessTokenId=${world.key}&${query}` });
  expect(answer.body).not.toContain('hash');
  expect(answer.body).not.toContain('$test$');
  return shape.parse(bodyOf(answer));
}

describe('a profile', () => {
  test('has the fields of the wire and no other, whatever the application says', async () => {
    expect(await read('')).toMatchObject({ username: email, verified: true, roles: ['R'], attributes });
  });

  test.each([
    ['', attributes],
    ['attributesToReturn=', attributes],
    ['attributesToReturn=firstName', { firstName: 'Ann' }],
    ['attributesToReturn=firstName&attributesToReturn=lastName', { firstName: 'Ann', lastName: 'Bee' }],
    ['attributesToReturn=lastName,+firstName', { firstName: 'Ann', lastName: 'Bee' }],
    ['attributeToReturn=lastName', { lastName: 'Bee' }],
    ['attributeToReturn=lastName&attributesToReturn=firstName', { firstName: 'Ann', lastName: 'Bee' }],
    ['attributesToReturn=%24none', {}],
    ['attributeToReturn=$none', {}],
    ['attributesToReturn=$none,firstName', {}],
    ['attributesToReturn=toString,length', {}],
  ])('with %j has the attributes %j', async (query, wanted) => {
    expect((await read(query)).attributes).toEqual(wanted);
  });

  test.each([
    ['attributesToReturn=firstName', 'attributesToReturn=lastName', { firstName: 'Ann', lastName: 'Bee' }],
    [
      'attributeToReturn=firstName',
      'attributesToReturn=lastName&attributesToReturn=x',
      { firstName: 'Ann', lastName: 'Bee' },
    ],
    ['attributesToReturn=firstName', 'attributesToReturn=$none', {}],
  ])('with %j in the query and %j in the form has the attributes of both', async (query, form, wanted) => {
    const world = await createWorld({ profile: { describe: async () => leaky } });
    const id = await world.addUser(email);
    const fields = new URLSearchParams({ accessTokenId: world.key, resetPasswordUrl });
    const answer = await world.call('POST', `/api/1/profile/${id}/reset_password`, {
      query,
      form: `${fields}&${form}`,
    });
    expect(shape.parse(bodyOf(answer)).attributes).toEqual(wanted);
  });

  test('a description that fails is a fault, and the password stays changed', async () => {
    const world = await createWorld({ profile: { describe: () => Promise.reject(new Error(`of ${email}`)) } });
    const id = await world.addUser(email);
    await world.pwreset.beginProfileReset({ userId: id, service: world.caller.id });
    const fields = {
      accessTokenId: world.key,
      resetTokenId: await world.mailed('reset'),
      newPassword: 'another good one',
    };
    const answer = await world.post('/api/1/profile/change_password', fields);
    expect([answer.status, answer.body]).toEqual([500, '{"message":"Internal server error"}']);
    expect(world.faults).toMatchObject([{ dialect: 'profile', path: '/api/1/profile/change_password' }]);
    expect([await world.worksNow(password), await world.worksNow('another good one')]).toEqual([false, true]);
  });
});
