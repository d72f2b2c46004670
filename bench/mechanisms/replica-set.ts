/** A ReplicaSet and its controller: makes pods, replaces those that are gone, and says why it may not. */
import { generatedName, type Fields, type KubeObject } from './kube-object.ts';
import { defaulted, type PodPlan } from './pod-plan.ts';
import { Pod } from './pod.ts';
import type { World } from './world.ts';

/** The controller's back-off between refused attempts: from milliseconds to minutes, doubled each time. */
const ATTEMPTS = [0.01, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92, 163.84];

/** What the API server answers to the creation of a pod of that name; undefined where it takes it. */
export type Refusal = (pod: string) => string | undefined;

export interface NewReplicaSet {
  readonly deployment: KubeObject;
  readonly labels: Record<string, string>;
  readonly plan: PodPlan;
  readonly revision: number;
  readonly replicas: number;
  readonly refuse?: Refusal | undefined;
  readonly planFor?: (() => PodPlan) | undefined;
  readonly changed: () => void;
}

export class ReplicaSet {
  readonly object: KubeObject;
  readonly pods: Pod[] = [];
  readonly #world: World;
  readonly #made: NewReplicaSet;
  readonly #labels: Record<string, string>;
  #created = 0;
  #attempt = 0;
  #waits = false;
  #failure: Fields | undefined;

  constructor(world: World, made: NewReplicaSet) {
    this.#world = world;
    this.#made = made;
    const { deployment, labels, plan, revision, replicas } = made;
    const { name = '', namespace = '' } = deployment.metadata;
    const hash = generatedName(JSON.stringify(plan.spec) + JSON.stringify(plan.annotations ?? {}), 10);
    this.#labels = { ...labels, ...plan.labels, 'pod-template-hash': hash };
    this.object = world.recorder.create({
      kind: 'ReplicaSet',
      name: `${name}-${hash}`,
      namespace,
      generation: 1,
      labels: this.#labels,
      annotations: { 'deployment.kubernetes.io/revision': String(revision) },
      owner: deployment,
      spec: {
        replicas,
        selector: { matchLabels: { ...labels, 'pod-template-hash': hash } },
        template: {
          metadata: { labels: this.#labels, ...(plan.annotations !== undefined && { annotations: plan.annotations }) },
          spec: defaulted(plan),
        },
      },
      status: { replicas: 0 },
    });
    world.recorder.after(0.02, () => this.reconcile());
  }

  get hash(): string {
    return this.#labels['pod-template-hash'] ?? '';
  }

  get replicas(): number {
    return this.object.spec?.['replicas'] as number;
  }

  get live(): readonly Pod[] {
    return this.pods.filter(({ isLive }) => isLive);
  }

  get ready(): number {
    return this.live.filter(({ isReady }) => isReady).length;
  }

  get failure(): Fields | undefined {
    return this.#failure;
  }

  scale(replicas: number): void {
    this.object.spec = { ...this.object.spec, replicas };
    this.object.metadata.generation = (this.object.metadata.generation ?? 1) + 1;
    this.#world.recorder.update(this.object);
    this.#world.recorder.after(0.01, () => this.reconcile());
  }

  reconcile(): void {
    const excess = this.live.length - this.replicas;
    for (const pod of [...this.live]
      .sort((a, b) => Number(a.isReady) - Number(b.isReady))
      .slice(0, Math.max(0, excess))) {
      this.#event('Normal', 'SuccessfulDelete', `Deleted pod: ${pod.object.metadata.name}`);
      pod.remove();
    }
    while (this.live.length < this.replicas && !this.#waits) if (!this.#createPod()) break;
    this.#report();
  }

  #createPod(): boolean {
    const { recorder } = this.#world;
    const set = this.object.metadata.name;
    const name = `${set}-${generatedName(`${set} ${this.#created} ${this.#attempt}`, 5)}`;
    const refusal = this.#made.refuse?.(name);
    if (refusal !== undefined) {
      this.#event('Warning', 'FailedCreate', `Error creating: ${refusal}`);
      this.#failure ??= {
        type: 'ReplicaFailure',
        status: 'True',
        lastTransitionTime: recorder.iso(),
        reason: 'FailedCreate',
        message: refusal,
      };
      this.#waits = true;
      recorder.after(ATTEMPTS[Math.min(this.#attempt, ATTEMPTS.length - 1)] ?? 1, () => {
        this.#waits = false;
        this.reconcile();
      });
      this.#attempt += 1;
      return false;
    }
    this.pods.push(
      new Pod(this.#world, {
        name,
        generateName: `${set}-`,
        namespace: this.object.metadata.namespace ?? '',
        labels: this.#labels,
        owner: this.object,
        plan: this.#made.planFor?.() ?? this.#made.plan,
        index: this.#created,
        changed: () => this.#podChanged(),
      }),
    );
    this.#created += 1;
    this.#event('Normal', 'SuccessfulCreate', `Created pod: ${name}`);
    return true;
  }

  #pending = false;

  #podChanged(): void {
    if (this.#pending) return;
    this.#pending = true;
    this.#world.recorder.after(0.03, () => {
      this.#pending = false;
      this.reconcile();
    });
  }

  #event(type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#world.recorder.event(this.object, { type, reason, message, component: 'replicaset-controller' });
  }

  #report(): void {
    const count = this.live.length;
    const { ready } = this;
    const status = {
      replicas: count,
      ...(count > 0 && { fullyLabeledReplicas: count }),
      ...(ready > 0 && { readyReplicas: ready, availableReplicas: ready }),
      observedGeneration: this.object.metadata.generation,
      ...(this.#failure !== undefined && { conditions: [this.#failure] }),
    };
    if (JSON.stringify(status) !== JSON.stringify(this.object.status)) {
      this.object.status = status;
      this.#world.recorder.update(this.object);
    }
    this.#made.changed();
  }
}
