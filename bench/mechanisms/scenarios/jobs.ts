/** Work that ends: too late, not at all, or as it should, after a detour. */
import type { PodPlan } from '../pod-plan.ts';
import { cronJob, Job } from '../jobs.ts';
import { app, type Scenario } from '../scenario.ts';

const NEVER = { restartPolicy: 'Never', containers: [] };

export const jobs: readonly Scenario[] = [
  {
    truth: {
      namespace: 'etl',
      title: 'a job is active for longer than its deadline',
      kind: 'Job',
      name: 'full-import',
      condition: 'DeadlineExceeded',
      cause: 'deadline-exceeded',
      must_cite: ['Job was active longer than specified deadline'],
      severity: 'medium',
      fix: 'raise activeDeadlineSeconds, or make the import faster',
    },
    begin: 48,
    act: (world, namespace) => {
      const log = ['INFO import started: 1204000 rows', 'INFO 210000 rows done', 'INFO 430000 rows done'];
      const plan = app('import', 'data/import:1.9.0', [{ log }], { spec: NEVER });
      new Job(world, { namespace, name: 'full-import', plan, activeDeadlineSeconds: 120 });
    },
  },
  {
    truth: {
      namespace: 'accounting',
      title: 'each run of a CronJob fails: the database does not let it',
      kind: 'CronJob',
      name: 'close-books',
      condition: 'BackoffLimitExceeded',
      cause: 'permission-denied',
      must_cite: ['permission denied for table invoices'],
      severity: 'medium',
      fix: 'grant the role reporting SELECT on invoices',
    },
    begin: 50,
    act: (world, namespace) => {
      const log = [
        'close-books 3.2.0: period 2026-09',
        'psql:/app/close.sql:12: ERROR:  permission denied for table invoices',
      ];
      const plan = app('close', 'finance/close-books:3.2.0', [{ seconds: 3.1, exitCode: 3, log }], { spec: NEVER });
      cronJob(world, {
        namespace,
        name: 'close-books',
        schedule: '*/2 * * * *',
        plan,
        backoffLimit: 0,
        runsAt: [120, 240],
      });
    },
  },
  {
    truth: { namespace: 'nightly', title: 'a job whose first pod failed and whose second did it', none: true },
    begin: 58,
    act: (world, namespace) => {
      const failed = ['connecting to ftp.supplier.example', 'error: 421 Too many connections, try later'];
      const done = ['connecting to ftp.supplier.example', 'fetched 18 files', 'done'];
      const plan = app('fetch', 'data/fetch:2.0.0', [{ seconds: 4.2, exitCode: 1, log: failed }], { spec: NEVER });
      const retry = app('fetch', 'data/fetch:2.0.0', [{ seconds: 8.4, exitCode: 0, log: done }], { spec: NEVER });
      new Job(world, { namespace, name: 'supplier-fetch', plan, retry });
    },
  },
  {
    truth: { namespace: 'migrations', title: 'a finished job whose sidecar ended well, too', none: true },
    begin: 65,
    act: (world, namespace) => {
      const plan: PodPlan = {
        spec: {
          restartPolicy: 'Never',
          containers: [
            { name: 'migrate', image: 'registry.acme.example/shop/migrate:7.2.0' },
            { name: 'db-proxy', image: 'registry.acme.example/infra/db-proxy:1.30.0' },
          ],
        },
        runs: {
          migrate: [{ seconds: 12.3, exitCode: 0, log: ['applying 0042_add_index', 'done, 1 migration applied'] }],
          'db-proxy': [
            { seconds: 14.9, exitCode: 0, log: ['listening on 127.0.0.1:5432', 'quitquitquit received, exiting'] },
          ],
        },
      };
      new Job(world, { namespace, name: 'migrate-0042', plan });
    },
  },
  {
    truth: { namespace: 'paused', title: 'a CronJob that somebody suspended', none: true },
    begin: -9000,
    act: (world, namespace) => {
      const plan = app('digest', 'comms/digest:1.0.0', [{ seconds: 2, exitCode: 0 }], { spec: NEVER });
      cronJob(world, { namespace, name: 'weekly-digest', schedule: '*/5 * * * *', suspend: true, plan, runsAt: [] });
    },
  },
];
