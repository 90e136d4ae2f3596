/** Registers one test: the shape that the `test` of vitest, node:test, bun and `Deno.test` share. */
export type TestRunner = (name: string, run: () => Promise<void>) => unknown;
