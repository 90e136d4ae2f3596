import { decodeBase64, encodeBase64 } from './base64.js';
import { caps } from './caps.js';

/** Cost parameters by their names in the string. */
export type Costs<Name extends string> = Readonly<Record<Name, number>>;

/** What comes before the salt: a fixed prefix, then the parameters in their one order. */
export interface PhcLayout<Name extends string> {
  /** From the first `$` to the one before the parameters, version included. */
  readonly prefix: string;
  readonly names: readonly Name[];
}

export interface PhcString<Name extends string> {
  readonly costs: Costs<Name>;
  readonly salt: Uint8Array;
  readonly output: Uint8Array;
}

/** Writes a PHC string (password-hashing-competition string format). */
export function formatPhc<Name extends string>(layout: PhcLayout<Name>, hash: PhcString<Name>): string {
  const costs = layout.names.map((name) => `${name}=${hash.costs[name]}`).join(',');
  return `${layout.prefix}${costs}$${encodeBase64(hash.salt)}$${encodeBase64(hash.output)}`;
}

/** Reads what {@link formatPhc} writes, and nothing else: one hash has one text. `null` for anything else. */
export function parsePhc<Name extends string>(layout: PhcLayout<Name>, text: string): PhcString<Name> | null {
  if (text.length > caps.textLength || !text.startsWith(layout.prefix)) return null;
  const [costsText, saltText, outputText, ...rest] = text.slice(layout.prefix.length).split('$');
  if (costsText === undefined || saltText === undefined || outputText === undefined || rest.length > 0) return null;
  const costs = parseCosts(layout.names, costsText);
  const salt = decodeBase64(saltText);
  const output = decodeBase64(outputText);
  if (costs === null || salt === null || output === null) return null;
  if (salt.length < caps.salt.min || salt.length > caps.salt.max) return null;
  if (output.length < caps.output.min || output.length > caps.output.max) return null;
  return { costs, salt, output };
}

function parseCosts<Name extends string>(names: readonly Name[], text: string): Costs<Name> | null {
  const parts = text.split(',');
  if (parts.length !== names.length) return null;
  const costs: Partial<Record<Name, number>> = {};
  for (const [index, name] of names.entries()) {
    const [key, value, ...rest] = (parts[index] ?? '').split('=');
    // No signs, no leading zeros; zero itself is no cost that either algorithm has.
    if (key !== name || value === undefined || rest.length > 0 || !/^[1-9]\d{0,9}$/.test(value)) return null;
    costs[name] = Number(value);
  }
  return hasEvery(names, costs) ? costs : null;
}

function hasEvery<Name extends string>(
  names: readonly Name[],
  costs: Partial<Record<Name, number>>,
): costs is Record<Name, number> {
  return names.every((name) => costs[name] !== undefined);
}
