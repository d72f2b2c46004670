/** The life of one container as its kubelet writes it: starts, probes, ends, restarts with back-off. */
import { digest, type Fields, type KubeObject } from './kube-object.ts';
import type { KubeletWords } from './kubelet-words.ts';
import type { ContainerSpec, PodPlan, Run } from './pod-plan.ts';
import type { Recorder } from './recorder.ts';

/** What a container asks of its pod. */
export interface ContainerHost {
  readonly object: KubeObject;
  readonly plan: PodPlan;
  /** Which of its workload's pods it is. */
  readonly index: number;
  readonly words: KubeletWords | undefined;
  /** Unless the pod is over by then. */
  later(seconds: number, act: () => void): void;
  named<T>(words: T): T;
  kubeletEvent(type: 'Normal' | 'Warning', reason: string, message: string, container?: string): void;
  startNext(): void;
  show(): void;
}

/** The kubelet's back-off after each end of a container: none at first. */
const BACK_OFF: readonly (readonly [seconds: number, spoken: string])[] = [
  [0, ''],
  [10, '10s'],
  [20, '20s'],
  [40, '40s'],
  [80, '1m20s'],
  [160, '2m40s'],
  [300, '5m0s'],
];
const LONGEST = BACK_OFF.length - 1;
/** The kubelet looks at a pod again after about this long. */
const RESYNC = 12.6;

export class ContainerLife {
  readonly spec: ContainerSpec;
  readonly init: boolean;
  state: Fields;
  lastState: Fields = {};
  ready = false;
  started = false;
  restarts = 0;
  id = '';
  /** It ended, and is not started again. */
  done = false;
  readonly #pod: ContainerHost;
  readonly #recorder: Recorder;

  constructor(pod: ContainerHost, recorder: Recorder, spec: ContainerSpec, init: boolean) {
    this.#pod = pod;
    this.#recorder = recorder;
    this.spec = spec;
    this.init = init;
    this.state = { waiting: { reason: pod.plan.spec.initContainers ? 'PodInitializing' : 'ContainerCreating' } };
  }

  terminate(exitCode: number, reason: string): void {
    const { startedAt } = (this.state['running'] as Fields | undefined) ?? {};
    if (startedAt === undefined) return;
    this.state = { terminated: { exitCode, reason, startedAt, finishedAt: this.#recorder.iso() } };
    this.ready = false;
    this.started = false;
  }

  status(): Fields {
    return {
      name: this.spec.name,
      state: this.state,
      lastState: this.lastState,
      ready: this.ready,
      restartCount: this.restarts,
      image: this.spec.image,
      ...(this.id !== '' && { containerID: this.id }),
      started: this.started,
    };
  }

  launch(): void {
    const { name, image } = this.spec;
    const runs = this.#pod.plan.runs?.[name] ?? [{}];
    const run = this.#pod.named(runs[Math.min(this.restarts, runs.length - 1)] ?? {});
    const words = this.#pod.words;
    if (words === undefined) throw new Error(`${this.#pod.object.metadata.name} is on no node`);
    this.id = `${words.scheme}://${digest(`${this.#pod.object.metadata.uid} ${name} ${this.restarts}`)}`;
    this.#pod.kubeletEvent('Normal', 'Pulled', words.present(image), name);
    this.#pod.kubeletEvent('Normal', 'Created', words.created(name), name);
    if (run.startError !== undefined) return this.#failToStart(run.startError);
    if (run.postStart !== undefined) return this.#failHook(run.postStart);
    this.#pod.kubeletEvent('Normal', 'Started', words.started(name), name);
    const startedAt = this.#recorder.iso();
    this.state = { running: { startedAt } };
    this.started = this.spec['startupProbe'] === undefined;
    const isProbed = this.spec['readinessProbe'] !== undefined;
    this.ready = this.started && !this.init && (!isProbed || run.readyAfter === undefined);
    this.#pod.show();
    if (run.readyAfter != null) this.#pod.later(run.readyAfter, () => this.#becomeReady(startedAt));
    this.#probe(run);
    if (run.log !== undefined && run.seconds === undefined) this.#log(run.log);
    const offset = this.restarts === 0 ? (this.#pod.plan.offsets?.[this.#pod.index] ?? 0) : 0;
    if (run.seconds !== undefined) this.#pod.later(run.seconds + offset, () => this.#end(run, startedAt));
  }

  #becomeReady(startedAt: string): void {
    this.started = true;
    this.ready = (this.state['running'] as Fields | undefined)?.['startedAt'] === startedAt;
    this.#pod.show();
  }

  #probe({ probe }: Run): void {
    for (const [index, after] of (probe?.at ?? []).entries()) {
      this.#pod.later(after, () => {
        const { name } = this.spec;
        this.#pod.kubeletEvent('Warning', 'Unhealthy', `${probe?.probe} probe failed: ${probe?.output}`, name);
        if (probe?.kills !== true || index < probe.at.length - 1) return;
        this.#pod.kubeletEvent(
          'Normal',
          'Killing',
          `Container ${name} failed ${probe.probe.toLowerCase()} probe, will be restarted`,
          name,
        );
      });
    }
  }

  #log(lines: readonly string[], previous = false): void {
    const recorder = this.#recorder;
    recorder.log(this.#pod.object, this.spec.name, recorder.stamped(lines, recorder.now), previous);
  }

  #end(run: Run, startedAt: string): void {
    const exitCode = run.exitCode ?? 0;
    const finishedAt = this.#recorder.iso();
    const terminated = {
      exitCode,
      reason: run.reason ?? (exitCode === 0 ? 'Completed' : 'Error'),
      startedAt,
      finishedAt,
    };
    if (run.log !== undefined) {
      this.#log(run.log);
      this.#log(run.log, true);
    }
    this.state = { terminated };
    this.ready = this.init && exitCode === 0;
    this.started = false;
    this.#afterEnd(terminated);
  }

  #afterEnd(terminated: Fields): void {
    const policy = this.#pod.plan.spec.restartPolicy ?? 'Always';
    const succeeded = terminated['exitCode'] === 0;
    if ((this.init && succeeded) || policy === 'Never' || (policy === 'OnFailure' && succeeded)) {
      this.done = true;
      this.#pod.show();
      if (this.init && succeeded) this.#pod.later(0.6, () => this.#pod.startNext());
      return;
    }
    this.#pod.show();
    this.#restart(terminated);
  }

  #restart(terminated: Fields): void {
    const { name, namespace, uid } = this.#pod.object.metadata;
    const [wait, spoken] = BACK_OFF[Math.min(this.restarts, LONGEST)] ?? [300, '5m0s'];
    const who = `container ${this.spec.name} in pod ${name}_${namespace}(${uid})`;
    if (wait > 0) {
      this.#pod.later(0.4, () =>
        this.#pod.kubeletEvent('Warning', 'BackOff', `Back-off restarting failed ${who}`, this.spec.name),
      );
      this.#pod.later(RESYNC, () => {
        const message = `back-off ${spoken} restarting failed container=${this.spec.name} pod=${name}_${namespace}(${uid})`;
        this.state = { waiting: { reason: 'CrashLoopBackOff', message } };
        this.lastState = { terminated };
        this.#pod.show();
      });
    }
    this.#pod.later(wait === 0 ? 0.9 : Math.max(wait + 1.7, RESYNC + 0.4), () => {
      this.lastState = { terminated };
      this.restarts += 1;
      this.launch();
    });
  }

  /** The runtime's refusal is shown as a wait, and again as the container's last end. */
  #failToStart({ message, exitCode }: NonNullable<Run['startError']>): void {
    const terminated = {
      exitCode,
      reason: 'StartError',
      message,
      startedAt: '1970-01-01T00:00:00Z',
      finishedAt: this.#recorder.iso(),
    };
    this.#pod.kubeletEvent('Warning', 'Failed', `Error: ${message}`, this.spec.name);
    this.state = { waiting: { reason: this.init ? 'RunInitContainerError' : 'RunContainerError', message } };
    this.lastState = { terminated };
    this.#pod.show();
    this.#restart(terminated);
  }

  #failHook(message: string): void {
    const recorder = this.#recorder;
    const { name } = this.spec;
    this.#pod.kubeletEvent('Normal', 'Started', this.#pod.words?.started(name) ?? '', name);
    const startedAt = recorder.iso();
    this.#pod.later(1.2, () => {
      this.#pod.kubeletEvent('Warning', 'FailedPostStartHook', 'PostStartHook failed', name);
      this.#pod.kubeletEvent('Normal', 'Killing', 'FailedPostStartHook', name);
    });
    this.#pod.later(2.6, () => {
      const terminated = {
        exitCode: 143,
        reason: 'Error',
        startedAt,
        finishedAt: recorder.iso(),
      };
      this.state = { waiting: { reason: 'PostStartHookError', message } };
      this.lastState = { terminated };
      this.ready = false;
      this.started = false;
      this.#pod.show();
      this.#restart(terminated);
    });
  }
}
