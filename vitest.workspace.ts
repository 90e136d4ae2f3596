import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: ['packages/*', 'examples/*'],
    passWithNoTests: true,
    // As many as there are cores: what the tests start besides, databases above all, is mostly waited for.
    maxWorkers: '100%',
  },
});
