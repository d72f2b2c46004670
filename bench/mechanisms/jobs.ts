/** Jobs and CronJobs with their controllers: retries with back-off, limits, what is written when they end. */
import { generatedName, type Fields, type KubeObject } from './kube-object.ts';
import { defaulted, type PodPlan } from './pod-plan.ts';
import { Pod } from './pod.ts';
import type { World } from './world.ts';

export interface NewJob {
  readonly namespace: string;
  readonly name: string;
  readonly plan: PodPlan;
  /** How the second and later tries fare, where they fare differently. */
  readonly retry?: PodPlan;
  readonly backoffLimit?: number;
  readonly activeDeadlineSeconds?: number;
  readonly owner?: KubeObject;
  readonly ended?: (condition: 'Complete' | 'Failed') => void;
}

/** The job controller waits this long after a failure, doubled each time. */
const RETRY_SECONDS = 10;

export class Job {
  readonly object: KubeObject;
  readonly #world: World;
  readonly #made: NewJob;
  readonly #pods: Pod[] = [];
  readonly #startTime: string;
  readonly #labels: Record<string, string>;
  #conditions: Fields[] = [];
  #counted = 0;
  #over = false;

  constructor(world: World, made: NewJob) {
    this.#world = world;
    this.#made = made;
    this.#startTime = world.recorder.iso();
    this.#labels = { 'batch.kubernetes.io/job-name': made.name, 'job-name': made.name };
    const { activeDeadlineSeconds } = made;
    this.object = world.recorder.create({
      kind: 'Job',
      name: made.name,
      namespace: made.namespace,
      generation: 1,
      labels: this.#labels,
      ...(made.owner !== undefined && { owner: made.owner }),
      spec: {
        parallelism: 1,
        completions: 1,
        ...(activeDeadlineSeconds !== undefined && { activeDeadlineSeconds }),
        backoffLimit: made.backoffLimit ?? 6,
        selector: { matchLabels: this.#labels },
        template: { metadata: { labels: this.#labels }, spec: defaulted(made.plan) },
        completionMode: 'NonIndexed',
        suspend: false,
        podReplacementPolicy: 'TerminatingOrFailed',
      },
      status: {},
    });
    world.recorder.after(0.03, () => this.#try());
    if (activeDeadlineSeconds !== undefined) world.recorder.after(activeDeadlineSeconds, () => this.#runOutOfTime());
  }

  #try(): void {
    if (this.#over) return;
    const { namespace, name, plan, retry } = this.#made;
    const index = this.#pods.length;
    const podName = `${name}-${generatedName(`${namespace} ${name} ${index}`, 5)}`;
    const pod = new Pod(this.#world, {
      name: podName,
      generateName: `${name}-`,
      namespace,
      labels: this.#labels,
      owner: this.object,
      plan: index > 0 ? (retry ?? plan) : plan,
      index,
      changed: () => this.#world.recorder.after(0.04, () => this.#podChanged()),
    });
    this.#pods.push(pod);
    this.#event('Normal', 'SuccessfulCreate', `Created pod: ${podName}`);
    this.#report();
  }

  #podChanged(): void {
    if (this.#over) return;
    const failed = this.#pods.filter(({ phase }) => phase === 'Failed').length;
    if (this.#pods.some(({ phase }) => phase === 'Succeeded')) return this.#complete();
    if (failed > this.#counted) {
      this.#counted = failed;
      if (failed > (this.#made.backoffLimit ?? 6))
        return this.#fail('BackoffLimitExceeded', 'Job has reached the specified backoff limit');
      this.#world.recorder.after(RETRY_SECONDS * 2 ** (failed - 1), () => this.#try());
    }
    this.#report();
  }

  #complete(): void {
    this.#over = true;
    for (const type of ['SuccessCriteriaMet', 'Complete'])
      this.#condition(type, 'CompletionsReached', 'Reached expected number of succeeded pods');
    this.#report({ completionTime: this.#world.recorder.iso() });
    this.#event('Normal', 'Completed', 'Job completed');
    this.#made.ended?.('Complete');
  }

  #fail(reason: string, message: string): void {
    this.#over = true;
    for (const type of ['FailureTarget', 'Failed']) this.#condition(type, reason, message);
    this.#report();
    this.#event('Warning', reason, message);
    this.#made.ended?.('Failed');
  }

  #runOutOfTime(): void {
    if (this.#over) return;
    const running = this.#pods.find(({ isLive }) => isLive);
    const name = running?.object.metadata.name;
    if (name !== undefined) this.#event('Normal', 'SuccessfulDelete', `Deleted pod: ${name}`);
    running?.remove();
    this.#fail('DeadlineExceeded', 'Job was active longer than specified deadline');
  }

  #condition(type: string, reason: string, message: string): void {
    const now = this.#world.recorder.iso();
    this.#conditions = [
      ...this.#conditions,
      { type, status: 'True', lastProbeTime: now, lastTransitionTime: now, reason, message },
    ];
  }

  #event(type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#world.recorder.event(this.object, { type, reason, message, component: 'job-controller' });
  }

  #report(more: Fields = {}): void {
    const counted = (phase: string) => this.#pods.filter((pod) => pod.phase === phase).length;
    const killed = this.#conditions.some(({ reason }) => reason === 'DeadlineExceeded') ? 1 : 0;
    const failed = counted('Failed') + killed;
    const active = this.#over ? 0 : this.#pods.filter(({ isLive }) => isLive).length;
    const status = {
      ...(this.#conditions.length > 0 && { conditions: this.#conditions }),
      startTime: this.#startTime,
      ...(active > 0 && { active }),
      ...(counted('Succeeded') > 0 && { succeeded: counted('Succeeded') }),
      ...(failed > 0 && { failed }),
      terminating: 0,
      uncountedTerminatedPods: {},
      ready: this.#over ? 0 : this.#pods.filter(({ isReady, isLive }) => isReady && isLive).length,
      ...more,
    };
    if (JSON.stringify(status) === JSON.stringify(this.object.status)) return;
    this.object.status = status;
    this.#world.recorder.update(this.object);
  }
}

export interface NewCronJob extends Omit<NewJob, 'owner' | 'ended'> {
  readonly schedule: string;
  readonly suspend?: boolean;
  /** When it is due, in seconds of the recording. */
  readonly runsAt: readonly number[];
}

export function cronJob(world: World, made: NewCronJob): void {
  const { recorder } = world;
  const { namespace, name, schedule, suspend = false, plan, backoffLimit = 6, runsAt } = made;
  const object = recorder.create({
    kind: 'CronJob',
    name,
    namespace,
    generation: 1,
    spec: {
      schedule,
      concurrencyPolicy: 'Allow',
      suspend,
      jobTemplate: { metadata: {}, spec: { backoffLimit, template: { metadata: {}, spec: defaulted(plan) } } },
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
    },
    status: {},
  });
  const say = (type: 'Normal' | 'Warning', reason: string, message: string) =>
    recorder.event(object, { type, reason, message, component: 'cronjob-controller' });
  const active = new Map<string, Fields>();
  const report = (more: Fields = {}) => {
    const { active: _before, ...status } = object.status ?? {};
    object.status = { ...(active.size > 0 && { active: [...active.values()] }), ...status, ...more };
    recorder.update(object);
  };
  for (const at of runsAt) {
    recorder.at(at + 0.06, () => {
      const minutes = Math.floor(Date.parse(recorder.iso(at)) / 60_000);
      const job = new Job(world, {
        ...made,
        name: `${name}-${minutes}`,
        owner: object,
        ended: (condition) => {
          recorder.after(0.1, () => {
            active.delete(job.object.metadata.name);
            say('Normal', 'SawCompletedJob', `Saw completed job: ${job.object.metadata.name}, condition: ${condition}`);
            report(condition === 'Complete' ? { lastSuccessfulTime: recorder.iso() } : {});
          });
        },
      });
      const { metadata } = job.object;
      active.set(metadata.name, {
        kind: 'Job',
        namespace,
        name: metadata.name,
        uid: metadata.uid,
        apiVersion: 'batch/v1',
        resourceVersion: metadata.resourceVersion,
      });
      say('Normal', 'SuccessfulCreate', `Created job ${metadata.name}`);
      report({ lastScheduleTime: recorder.iso(at) });
    });
  }
}
