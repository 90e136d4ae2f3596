import type { UserMapping } from './user-mapping.js';

const names: Readonly<Record<keyof UserMapping, true>> = {
  table: true,
  id: true,
  email: true,
  password: true,
  enabled: true,
  realm: true,
  name: true,
  locale: true,
  timezone: true,
  defaults: true,
  passwordAllowReset: true,
  passwordRequireUpdate: true,
  createdAt: true,
  updatedAt: true,
  rows: true,
};

/** For those who write no types: a name that is mistyped would leave its default in place, and nobody would know. */
function checkNames(mapping: UserMapping): void {
  for (const required of ['table', 'id', 'email', 'password'] as const) {
    if (mapping[required] === undefined) throw new TypeError(`a mapping of users needs ${required}`);
  }
  const unknown = Object.keys(mapping).filter((name) => !(name in names));
  if (unknown.length > 0) throw new TypeError(`a mapping of users has no ${unknown.join(', ')}`);
}

export const mayReuse = ({ id }: UserMapping): boolean =>
  typeof id !== 'string' && id.as === 'integer' && id.neverReused !== true;

/** An id that can come to be another user's must not carry a revoke token along. */
function checkReuse(mapping: UserMapping): void {
  const { table, createdAt } = mapping;
  if (!mayReuse(mapping) || createdAt !== undefined) return;
  throw new TypeError(
    `an integer id of ${table} may be handed out twice: map createdAt, or say neverReused where the database promises it`,
  );
}

/** @throws {TypeError} for a mapping that names what there is not, or could not keep old users and new ones apart */
export function checkMapping(mapping: UserMapping): void {
  checkNames(mapping);
  checkReuse(mapping);
}
