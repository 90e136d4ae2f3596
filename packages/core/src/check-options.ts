import type { PwresetOptions } from './options.js';

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const required = {
  storage: ['commit', 'charge', 'claimJobs', 'findUsersByEmail'],
  hasher: ['hash', 'verify'],
  mailer: ['send'],
} as const satisfies Partial<Record<keyof PwresetOptions, readonly string[]>>;

const optional = {
  clock: ['now', 'wait'],
  sessions: ['endAll'],
  secondFactor: ['verify'],
  random: ['bytes'],
} as const satisfies Partial<Record<keyof PwresetOptions, readonly string[]>>;

const functions = ['policy', 'strength', 'onEvent'] as const satisfies readonly (keyof PwresetOptions)[];

/** What types cannot hold for a caller in JavaScript: that each port is there and is one. @throws TypeError */
export function checkPorts(options: unknown): void {
  if (!isObject(options)) throw new TypeError('createPwreset needs an object of options');
  const given = new Map<string, unknown>(Object.entries(options));
  for (const [name, methods] of Object.entries(required)) requirePort(name, given.get(name), methods);
  for (const [name, methods] of Object.entries(optional)) {
    if (given.get(name) !== undefined) requirePort(name, given.get(name), methods);
  }
  for (const name of functions) {
    if (given.get(name) !== undefined && typeof given.get(name) !== 'function') {
      throw new TypeError(`the option ${name} must be a function`);
    }
  }
  if (given.get('secret') === undefined) throw new TypeError('the option secret is missing: 32 bytes or more');
}

function requirePort(name: string, port: unknown, methods: readonly string[]): void {
  for (const method of methods) {
    if (!isObject(port) || typeof Reflect.get(port, method) !== 'function') {
      throw new TypeError(`the option ${name} must be an object with ${methods.join(', ')}`);
    }
  }
}
