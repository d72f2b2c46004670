import { defineConfig } from 'vitest/config';

// Tests against real components (kube-apiserver, an external PostgreSQL, Prometheus, Alertmanager, NATS, Kafka's protocol, a mail server, n8n): a missing component fails, it is never skipped.
export default defineConfig({
  test: {
    include: ['server/src/**/*.real.test.ts', 'cli/src/**/*.real.test.ts', 'deploy/**/*.real.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Most of their time is the other side's: two at once take little more of the machine than one.
    maxWorkers: 2,
  },
});
