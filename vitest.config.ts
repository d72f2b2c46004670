import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['contract/src/**/*.test.ts', 'server/src/**/*.test.ts', 'cli/src/**/*.test.ts', 'bench/**/*.test.ts'],
    exclude: ['**/*.real.test.ts', '**/node_modules/**'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    coverage: {
      provider: 'v8',
      include: ['contract/src/**', 'server/src/**', 'cli/src/**'],
      reporter: ['text-summary', 'html'],
    },
  },
});
