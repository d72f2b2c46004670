/** A pod's phase and conditions, from what its containers do. */
import type { ContainerLife } from './container-life.ts';
import type { Fields } from './kube-object.ts';

/** Conditions keep the time of their last change. */
export class Conditions {
  readonly #list: Fields[] = [];
  readonly #now: () => string;

  constructor(now: () => string) {
    this.#now = now;
  }

  get(type: string): Fields | undefined {
    return this.#list.find((each) => each['type'] === type);
  }

  isTrue(type: string): boolean {
    return this.get(type)?.['status'] === 'True';
  }

  set(type: string, status: string, reason?: string, message?: string): void {
    const said = { ...(reason !== undefined && { reason }), ...(message !== undefined && { message }) };
    const index = this.#list.findIndex((each) => each['type'] === type);
    const old = this.#list[index];
    const since = old?.['status'] === status ? old['lastTransitionTime'] : this.#now();
    const condition = { type, status, lastTransitionTime: since, ...said };
    if (index < 0) this.#list.push(condition);
    else this.#list[index] = condition;
  }

  all(): Fields[] {
    return this.#list.map((each) => ({ ...each }));
  }
}

export function phaseOf(containers: readonly ContainerLife[], restartPolicy: string): string {
  const main = containers.filter(({ init }) => !init);
  if (restartPolicy !== 'Always' && main.every(({ done }) => done))
    return main.some(({ state }) => ((state['terminated'] as Fields | undefined)?.['exitCode'] ?? 0) !== 0)
      ? 'Failed'
      : 'Succeeded';
  const isInitialized = containers.every(({ init, done }) => !init || done);
  const begun = main.every(
    ({ state, lastState, restarts }) =>
      restarts > 0 || state['waiting'] === undefined || lastState['terminated'] !== undefined,
  );
  return isInitialized && begun ? 'Running' : 'Pending';
}

/** Initialized, Ready and ContainersReady. */
export function setConditions(conditions: Conditions, containers: readonly ContainerLife[], phase: string): void {
  const names = (some: readonly ContainerLife[]) => some.map(({ spec }) => spec.name).join(' ');
  const waiting = containers.filter(({ init, done }) => init && !done);
  const unready = containers.filter(({ init, ready }) => !init && !ready);
  const incomplete = `containers with incomplete status: [${names(waiting)}]`;
  if (waiting.length > 0) conditions.set('Initialized', 'False', 'ContainersNotInitialized', incomplete);
  else if (phase === 'Succeeded') conditions.set('Initialized', 'True', 'PodCompleted');
  else conditions.set('Initialized', 'True');
  for (const type of ['Ready', 'ContainersReady']) {
    if (unready.length === 0) conditions.set(type, 'True');
    else if (phase === 'Failed') conditions.set(type, 'False', 'PodFailed');
    else if (phase === 'Succeeded') conditions.set(type, 'False', 'PodCompleted');
    else conditions.set(type, 'False', 'ContainersNotReady', `containers with unready status: [${names(unready)}]`);
  }
}
