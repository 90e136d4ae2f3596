import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: ['packages/*', 'examples/*'],
    passWithNoTests: true,
    // As many as there are cores, and not one less as by default.
    maxWorkers: availableParallelism(),
  },
});
