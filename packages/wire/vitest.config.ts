import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { globalSetup: ['../../.config/postgres-server.ts'] },
});
