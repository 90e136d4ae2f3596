import { sampleValues } from '../src/index.js';
import type { RealValues } from './example-world.js';

const names = Object.keys(sampleValues).filter((name): name is keyof typeof sampleValues => name in sampleValues);

/** A text with real values where samples stood. @throws where a sample is left: nobody prepared it */
export function withRealValues(text: string, values: RealValues): string {
  return names.reduce((done, name) => {
    if (!done.includes(sampleValues[name])) return done;
    const value = values[name];
    if (value === undefined) throw new Error(`the example has a ${name} that nothing prepared`);
    return done.replaceAll(sampleValues[name], value);
  }, text);
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What an answer may have that was made while it was answered, and how to tell it. */
const generated: Partial<Record<keyof typeof sampleValues, RegExp>> = {
  userId: uuid,
  keyId: uuid,
  audit: uuid,
  userKey: /^[0-9a-z]{32}$/,
};

const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z$/;
/** Epoch milliseconds of this century; nothing else in an answer is as large. */
const isEpochMs = (value: unknown): boolean => typeof value === 'number' && value > 946_684_800_000;

/** An answer as it is documented: samples for real and for generated values, and the documented time for any time. */
export function asDocumented(actual: unknown, documented: unknown, values: RealValues): unknown {
  if (Array.isArray(actual)) {
    const items: readonly unknown[] = Array.isArray(documented) ? documented : [];
    return actual.map((item, index) => asDocumented(item, items[index], values));
  }
  if (typeof actual === 'object' && actual !== null) {
    const beside = new Map<string, unknown>(Object.entries(Object(documented)));
    return Object.fromEntries(
      Object.entries(actual).map(([name, item]) => [name, asDocumented(item, beside.get(name), values)]),
    );
  }
  if (isEpochMs(actual) && isEpochMs(documented)) return documented;
  if (typeof actual !== 'string' || typeof documented !== 'string') return actual;
  if (instant.test(actual) && instant.test(documented)) return documented;
  const name = names.find((one) => sampleValues[one] === documented);
  if (name === undefined) return actual;
  const value = values[name];
  return value === undefined ? (generated[name]?.test(actual) ? documented : actual) : swap(actual, value, documented);
}

const swap = (actual: string, value: string, documented: string): string => (actual === value ? documented : actual);
