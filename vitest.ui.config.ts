import { defineConfig } from 'vitest/config';

// The pages in Chromium, against whole servers on recordings: a missing browser or build fails, it is never skipped.
export default defineConfig({
  test: {
    include: ['web/tests/**/*.ui.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 180_000,
    maxWorkers: 1,
    fileParallelism: false,
    maxConcurrency: 2,
  },
});
