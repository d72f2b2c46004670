/** The life of one pod as scheduler and kubelet write it: placed, started, evicted, deleted. */
import { digest, type Fields, type KubeObject } from './kube-object.ts';
import { ContainerLife, type ContainerHost } from './container-life.ts';
import { defaulted, type PodLike, type PodPlan } from './pod-plan.ts';
import { Conditions, phaseOf, setConditions } from './pod-status.ts';
import type { World } from './world.ts';
import { wordsOf, type KubeletWords } from './kubelet-words.ts';

export interface NewPod {
  readonly name: string;
  readonly generateName?: string;
  readonly namespace: string;
  readonly labels: Record<string, string>;
  readonly owner?: KubeObject;
  readonly plan: PodPlan;
  readonly index: number;
  readonly changed: () => void;
}

export class Pod implements PodLike, ContainerHost {
  readonly object: KubeObject;
  readonly plan: PodPlan;
  readonly #world: World;
  readonly #made: NewPod;
  readonly #containers: readonly ContainerLife[];
  readonly #conditions: Conditions;
  readonly index: number;
  words: KubeletWords | undefined;
  #over = false;
  #published = '';

  constructor(world: World, made: NewPod) {
    this.#world = world;
    this.#made = made;
    this.plan = made.plan;
    this.index = made.index;
    this.#conditions = new Conditions(() => world.recorder.iso());
    const { plan, name, generateName, namespace, labels, owner } = made;
    const spec = defaulted(plan);
    this.object = world.recorder.create({
      kind: 'Pod',
      name,
      namespace,
      ...(generateName !== undefined && { generateName }),
      generation: 1,
      labels,
      ...(plan.annotations !== undefined && { annotations: plan.annotations }),
      ...(owner !== undefined && { owner }),
      spec: { priority: 0, serviceAccountName: 'default', ...spec },
      status: { phase: 'Pending', qosClass: this.#qos() },
    });
    this.#containers = [
      ...(plan.spec.initContainers ?? []).map((each) => new ContainerLife(this, world.recorder, each, true)),
      ...plan.spec.containers.map((each) => new ContainerLife(this, world.recorder, each, false)),
    ];
    this.#schedule();
    plan.fate?.(this, made.index);
  }

  get isReady(): boolean {
    return this.#conditions.isTrue('Ready');
  }

  get isLive(): boolean {
    return !this.#over && !this.isEnding;
  }

  get isEnding(): boolean {
    return this.object.metadata.deletionTimestamp !== undefined;
  }

  get phase(): string {
    return this.#status['phase'] as string;
  }

  get node(): string | undefined {
    return this.object.spec?.['nodeName'] as string | undefined;
  }

  get address(): string | undefined {
    return this.#status['podIP'] as string | undefined;
  }

  get #status(): Fields {
    return this.object.status ?? {};
  }

  later(seconds: number, act: () => void): void {
    this.#world.recorder.after(seconds, () => {
      if (this.isLive) act();
    });
  }

  #qos(): string {
    return this.plan.spec.containers.some(({ resources }) => resources !== undefined) ? 'Burstable' : 'BestEffort';
  }

  #schedule(): void {
    const { unschedulable, nodes } = this.plan;
    for (const after of unschedulable?.tries ?? [])
      this.later(after, () => this.unschedulable(unschedulable?.message ?? ''));
    if (unschedulable === undefined)
      this.later(0.03, () => this.bind(nodes?.[this.index % nodes.length] ?? this.#anyNode()));
  }

  #anyNode(): string {
    const order = Number.parseInt(digest(this.object.metadata.name).slice(0, 4), 16);
    const open = [...this.#world.nodes.values()].filter(({ spec }) => spec?.['taints'] === undefined);
    return open[order % open.length]?.metadata.name ?? 'node-a1';
  }

  unschedulable(message: string): void {
    const condition = this.#conditions.get('PodScheduled');
    if (condition?.['message'] !== message) {
      this.#conditions.set('PodScheduled', 'False', 'Unschedulable', message);
      this.#publish();
    }
    this.#world.recorder.schedulerEvent(this.object, 'Scheduling', {
      type: 'Warning',
      reason: 'FailedScheduling',
      message,
    });
  }

  /** Room is being made for it on that node. */
  nominate(node: string, message: string): void {
    this.unschedulable(message);
    this.object.status = { ...this.#status, nominatedNodeName: node };
    this.#publish();
  }

  bind(node: string): void {
    const { namespace, name } = this.object.metadata;
    this.object.spec = { ...this.object.spec, nodeName: node };
    this.words = wordsOf(this.#world.node(node));
    this.#conditions.set('PodScheduled', 'True');
    this.#publish();
    const message = `Successfully assigned ${namespace}/${name} to ${node}`;
    this.#world.recorder.schedulerEvent(this.object, 'Binding', { reason: 'Scheduled', message });
    this.later(0.15, () => this.#accept());
  }

  #accept(): void {
    const { plan } = this;
    this.object.status = {
      ...this.#status,
      hostIP: this.#world.node(this.node ?? '').address,
      startTime: this.#world.recorder.iso(),
    };
    this.#conditions.set('PodReadyToStartContainers', 'False');
    this.#refresh();
    this.#publish();
    if (plan.volumesAfter !== null) this.later(0.8 + (plan.volumesAfter ?? 0), () => this.#startSandbox());
  }

  #startSandbox(): void {
    this.object.status = { ...this.#status, podIP: this.#world.podAddress() };
    this.#conditions.set('PodReadyToStartContainers', 'True');
    this.startNext();
  }

  /** Init containers one after the other, then all the others. */
  startNext(): void {
    const init = this.#containers.find((container) => container.init && !container.done);
    for (const container of init === undefined ? this.#containers.filter((each) => !each.init) : [init]) {
      const steps = this.plan.steps?.[container.spec.name];
      if (steps === undefined) container.launch();
      for (const { after, waiting, events } of this.named(steps ?? [])) {
        this.later(after, () => {
          const isNew = JSON.stringify(container.state) !== JSON.stringify({ waiting });
          container.state = { waiting };
          for (const [type, reason, message] of events) this.kubeletEvent(type, reason, message, container.spec.name);
          if (isNew) this.show();
        });
      }
    }
    this.show();
  }

  /** The kubelet names the pod in full. */
  named<T>(words: T): T {
    const { name, namespace, uid } = this.object.metadata;
    const text = JSON.stringify(words) as string | undefined;
    if (text === undefined) return words;
    return JSON.parse(
      text.replaceAll('{pod}', `${name}_${namespace}(${uid})`).replaceAll('{ip}', this.address ?? ''),
    ) as T;
  }

  kubeletEvent(type: 'Normal' | 'Warning', reason: string, message: string, container?: string): void {
    const init = this.#containers.find(({ spec }) => spec.name === container)?.init === true;
    this.#world.recorder.event(this.object, {
      type,
      reason,
      message,
      component: 'kubelet',
      host: this.node ?? '',
      ...(container !== undefined && { fieldPath: `spec.${init ? 'initContainers' : 'containers'}{${container}}` }),
    });
  }

  /** The pod asks for no more: its node ends it, its object stays. */
  evict(message: string): void {
    if (!this.isLive) return;
    const { recorder } = this.#world;
    this.kubeletEvent('Warning', 'Evicted', message);
    for (const { spec } of this.#containers)
      this.kubeletEvent('Normal', 'Killing', `Stopping container ${spec.name}`, spec.name);
    for (const container of this.#containers) container.terminate(137, 'Error');
    this.object.status = { ...this.#status, phase: 'Failed', reason: 'Evicted', message };
    this.#conditions.set('DisruptionTarget', 'True', 'TerminationByKubelet', message);
    this.#refresh();
    this.#over = true;
    recorder.after(0.9, () => this.#publish());
  }

  /** Deleted by somebody: it stops, and is gone. */
  remove(disruption?: { readonly reason: string; readonly message: string }): void {
    if (!this.isLive) return;
    const { recorder } = this.#world;
    if (disruption !== undefined)
      this.#conditions.set('DisruptionTarget', 'True', disruption.reason, disruption.message);
    this.object.metadata.deletionTimestamp = recorder.iso(recorder.now + 30);
    this.object.metadata.deletionGracePeriodSeconds = 30;
    this.#publish();
    if (this.node !== undefined) {
      for (const { spec, state } of this.#containers) {
        if (state['running'] !== undefined)
          this.kubeletEvent('Normal', 'Killing', `Stopping container ${spec.name}`, spec.name);
      }
    }
    recorder.after(1.4, () => {
      this.#over = true;
      for (const container of this.#containers) container.terminate(0, 'Completed');
      this.#refresh();
      this.#publish();
      recorder.after(0.2, () => {
        recorder.remove(this.object);
        this.#made.changed();
        this.#world.podChanged(this.#made.namespace);
      });
    });
  }

  show(): void {
    this.#refresh();
    this.#publish();
  }

  #publish(): void {
    this.object.status = { ...this.#status, conditions: this.#conditions.all() };
    const published = JSON.stringify([this.object.status, this.object.spec, this.object.metadata.deletionTimestamp]);
    if (published === this.#published) return;
    this.#published = published;
    this.#world.recorder.update(this.object);
    this.#made.changed();
    this.#world.podChanged(this.#made.namespace);
  }

  #refresh(): void {
    const phase = phaseOf(this.#containers, this.plan.spec.restartPolicy ?? 'Always');
    setConditions(this.#conditions, this.#containers, phase);
    const init = this.#containers.filter((container) => container.init);
    this.object.status = {
      ...this.#status,
      ...(this.#status['reason'] !== 'Evicted' && { phase }),
      ...(init.length > 0 && { initContainerStatuses: init.map((container) => container.status()) }),
      containerStatuses: this.#containers.filter((each) => !each.init).map((container) => container.status()),
    };
    if (phase === 'Failed' || phase === 'Succeeded') this.#over = true;
  }
}
