/** A Deployment and its controller: ReplicaSets, rolling updates, replica counts and conditions. */
import type { Fields, KubeObject } from './kube-object.ts';
import { defaulted, type PodPlan } from './pod-plan.ts';
import type { Pod } from './pod.ts';
import { ReplicaSet, type Refusal } from './replica-set.ts';
import type { World } from './world.ts';

export interface NewDeployment {
  readonly namespace: string;
  readonly name: string;
  readonly replicas?: number;
  readonly plan: PodPlan;
  readonly maxUnavailable?: number;
  readonly maxSurge?: number;
  readonly refuse?: Refusal;
  /** It was created paused: its controller makes no ReplicaSet. */
  readonly paused?: boolean;
  /** How pods fare that are made from now on, where their fate depends on what happened meanwhile. */
  readonly planFor?: () => PodPlan;
}

export class Deployment {
  readonly object: KubeObject;
  readonly #world: World;
  readonly #made: NewDeployment;
  readonly #labels: Record<string, string>;
  readonly #sets: ReplicaSet[] = [];
  #plan: PodPlan;
  #pending = false;
  #isComplete = false;
  #conditions: Fields[] = [];

  constructor(world: World, made: NewDeployment) {
    this.#world = world;
    this.#made = made;
    this.#plan = made.plan;
    this.#labels = { 'app.kubernetes.io/name': made.name };
    const { maxUnavailable = '25%', maxSurge = '25%' } = made;
    this.object = world.recorder.create({
      kind: 'Deployment',
      name: made.name,
      namespace: made.namespace,
      generation: 1,
      labels: this.#labels,
      ...(made.paused !== true && { annotations: { 'deployment.kubernetes.io/revision': '1' } }),
      spec: {
        replicas: made.replicas ?? 1,
        selector: { matchLabels: this.#labels },
        template: this.#template(),
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable, maxSurge } },
        revisionHistoryLimit: 10,
        progressDeadlineSeconds: 600,
        ...(made.paused === true && { paused: true }),
      },
      status: {},
    });
    world.recorder.after(0.02, () => this.#reconcile());
  }

  get replicas(): number {
    return this.object.spec?.['replicas'] as number;
  }

  get pods(): readonly Pod[] {
    return this.#sets.flatMap(({ pods }) => pods);
  }

  get selector(): Record<string, string> {
    return this.#labels;
  }

  /** A new template is applied: a rollout begins. */
  apply(plan: PodPlan): void {
    this.#plan = plan;
    this.#change({ template: this.#template() });
  }

  scale(replicas: number): void {
    this.#change({ replicas });
  }

  #change(spec: Fields): void {
    this.object.spec = { ...this.object.spec, ...spec };
    this.object.metadata.generation = (this.object.metadata.generation ?? 1) + 1;
    this.#world.recorder.update(this.object);
    this.#soon();
  }

  #template(): Fields {
    const { annotations, labels } = this.#plan;
    return {
      metadata: { labels: { ...this.#labels, ...labels }, ...(annotations !== undefined && { annotations }) },
      spec: defaulted(this.#plan),
    };
  }

  #soon(): void {
    if (this.#pending) return;
    this.#pending = true;
    this.#world.recorder.after(0.025, () => {
      this.#pending = false;
      this.#reconcile();
    });
  }

  #reconcile(): void {
    if (this.#made.paused === true) return this.#reportPaused();
    const newest = this.#sets.at(-1);
    if (newest === undefined || JSON.stringify(this.#template()) !== this.#applied) this.#beginRollout();
    else this.#scaleSets(newest);
    this.#report();
  }

  #applied = '';

  #beginRollout(): void {
    this.#applied = JSON.stringify(this.#template());
    const revision = this.#sets.length + 1;
    const { replicas } = this;
    const first = this.#sets.length === 0;
    const held = this.#sets.reduce((sum, set) => sum + set.replicas, 0);
    const size = first ? replicas : Math.min(replicas, Math.max(0, replicas + this.#surge - held));
    const set = new ReplicaSet(this.#world, {
      deployment: this.object,
      labels: this.#labels,
      plan: this.#plan,
      revision,
      replicas: size,
      refuse: this.#made.refuse,
      planFor: this.#made.planFor,
      changed: () => this.#soon(),
    });
    this.#sets.push(set);
    this.#isComplete = false;
    this.object.metadata.annotations = { 'deployment.kubernetes.io/revision': String(revision) };
    this.#condition(
      'Progressing',
      'True',
      'NewReplicaSetCreated',
      `Created new replica set "${set.object.metadata.name}"`,
    );
    if (size > 0) this.#scaled(set, 0);
    if (!first) this.#soon();
  }

  get #surge(): number {
    return this.#made.maxSurge ?? Math.ceil(this.replicas * 0.25);
  }

  get #mayLack(): number {
    return this.#made.maxUnavailable ?? Math.floor(this.replicas * 0.25);
  }

  #scaleSets(newest: ReplicaSet): void {
    const { replicas } = this;
    const old = this.#sets.filter((set) => set !== newest && set.replicas > 0);
    const held = this.#sets.reduce((sum, set) => sum + set.replicas, 0);
    if (old.length === 0) {
      if (newest.replicas !== replicas) this.#scaleSet(newest, replicas);
      return;
    }
    const room = replicas + this.#surge - held;
    if (newest.replicas < replicas && room > 0)
      return this.#scaleSet(newest, Math.min(replicas, newest.replicas + room));
    const removable = held - (replicas - this.#mayLack) - (newest.replicas - newest.ready);
    const victim = old[0];
    if (victim !== undefined && removable > 0) this.#scaleSet(victim, Math.max(0, victim.replicas - removable));
  }

  #scaleSet(set: ReplicaSet, replicas: number): void {
    const before = set.replicas;
    set.scale(replicas);
    this.#scaled(set, before);
  }

  #scaled(set: ReplicaSet, before: number): void {
    const word = set.replicas > before ? 'up' : 'down';
    this.#world.recorder.event(this.object, {
      reason: 'ScalingReplicaSet',
      message: `Scaled ${word} replica set ${set.object.metadata.name} from ${before} to ${set.replicas}`,
      component: 'deployment-controller',
    });
  }

  #condition(type: string, status: string, reason: string, message: string): void {
    const now = this.#world.recorder.iso();
    const old = this.#conditions.find((each) => each['type'] === type);
    if (old?.['status'] === status && old['reason'] === reason) return;
    const lastTransitionTime = old?.['status'] === status ? old['lastTransitionTime'] : now;
    this.#conditions = [
      ...this.#conditions.filter((each) => each !== old),
      { type, status, lastUpdateTime: now, lastTransitionTime, reason, message },
    ];
  }

  #reportPaused(): void {
    this.#condition('Progressing', 'Unknown', 'DeploymentPaused', 'Deployment is paused');
    this.#condition(
      'Available',
      'False',
      'MinimumReplicasUnavailable',
      'Deployment does not have minimum availability.',
    );
    this.object.status = { observedGeneration: 1, unavailableReplicas: this.replicas, conditions: this.#conditions };
    this.#world.recorder.update(this.object);
  }

  #report(): void {
    const newest = this.#sets.at(-1);
    if (newest === undefined) return;
    const { replicas } = this;
    const count = this.#sets.reduce((sum, { live }) => sum + live.length, 0);
    const ready = this.#sets.reduce((sum, set) => sum + set.ready, 0);
    const updated = newest.live.length;
    if (ready >= replicas - this.#mayLack)
      this.#condition('Available', 'True', 'MinimumReplicasAvailable', 'Deployment has minimum availability.');
    else
      this.#condition(
        'Available',
        'False',
        'MinimumReplicasUnavailable',
        'Deployment does not have minimum availability.',
      );
    const name = newest.object.metadata.name;
    if (updated === replicas && newest.ready === replicas && count === replicas) this.#isComplete = true;
    if (this.#isComplete)
      this.#condition(
        'Progressing',
        'True',
        'NewReplicaSetAvailable',
        `ReplicaSet "${name}" has successfully progressed.`,
      );
    else if (updated > 0)
      this.#condition('Progressing', 'True', 'ReplicaSetUpdated', `ReplicaSet "${name}" is progressing.`);
    const { failure } = newest;
    if (failure !== undefined) this.#condition('ReplicaFailure', 'True', 'FailedCreate', failure['message'] as string);
    const status = {
      observedGeneration: this.object.metadata.generation,
      ...(count > 0 && { replicas: count }),
      ...(updated > 0 && { updatedReplicas: updated }),
      ...(ready > 0 && { readyReplicas: ready, availableReplicas: ready }),
      ...(replicas > ready && { unavailableReplicas: replicas - ready }),
      conditions: this.#conditions,
    };
    if (JSON.stringify(status) === JSON.stringify(this.object.status)) return;
    this.object.status = status;
    this.#world.recorder.update(this.object);
  }
}
