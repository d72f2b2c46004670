import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{contract,server,cli,web}/src/**/*.test.ts', '{bench,deploy}/**/*.test.ts'],
    exclude: ['**/*.real.test.ts', '**/node_modules/**'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    coverage: {
      provider: 'v8',
      include: ['{contract,server,cli}/src/**'],
      reporter: ['text-summary', 'html'],
    },
  },
});
