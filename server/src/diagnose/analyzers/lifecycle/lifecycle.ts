/** Lifecycle hooks that fail: after a start, which has the container killed, or before a stop. */
import { fields, isFields, text } from '../../../kit/fields.ts';
import type { Citation, Finding } from '../../../model/diagnosis.ts';
import type { Analyzer } from '../../analyzer.ts';
import type { Case } from '../../case.ts';
import { cited, citeEvent } from '../../cite.ts';
import {
  citeContainerSpec,
  citeContainerStatus,
  containersOf,
  type PodContainer,
  waitingOf,
} from '../../container-runs.ts';
import { homeNamespace } from '../../home-namespace.ts';
import { commandsOf, describeCommand } from '../../kubectl.ts';
import { logsCommand } from '../../pod-commands.ts';
import { concerns } from '../../statement.ts';

type Hook = 'postStart' | 'preStop';

interface Failure {
  readonly podName: string;
  /** What the hook or the kubelet said; newer kubelets say only that it failed. */
  readonly said: string;
  readonly citation: Citation;
  readonly containerName: string;
}

const CONDITIONS = {
  postStart: ['PostStartHookError', 'FailedPostStartHook'],
  preStop: ['FailedPreStopHook'],
} as const;
const LONGEST = 2000;
/** The container ended before its hook did: the hook's failure is a symptom. */
const GONE = [
  'container not running',
  'in a stopped state',
  'container is stopping',
  'process not found',
  'is not running',
];

export const lifecycle: Analyzer = {
  name: 'lifecycle',
  causes: ['lifecycle-hook'],
  analyze(the) {
    const start = failedHook(the, 'postStart');
    const found = start ?? failedHook(the, 'preStop');
    return found === undefined ? [] : [found];
  },
};

function failedHook(the: Case, hook: Hook): Finding | undefined {
  const failure = [...fromEvents(the, hook), ...(hook === 'postStart' ? fromStatuses(the) : [])][0];
  if (failure === undefined || GONE.some((word) => failure.said.includes(word))) return undefined;
  const each = suspect(the, hook, failure);
  if (isOver(each, the, hook)) return undefined;
  const status =
    hook === 'postStart' ? fromStatuses(the).find(({ podName }) => podName === failure.podName) : undefined;
  return {
    cause: 'lifecycle-hook',
    explanation: explain(hook, failure, each),
    confidence: confidenceIn(the, hook),
    citations: cited(
      failure.citation,
      each && citeContainerSpec(each, 'lifecycle', hook),
      status?.citation.text === failure.citation.text ? null : status?.citation,
    ),
    nextSteps: nextSteps(hook, each?.container.name ?? 'the container'),
    commands: commandsOf(
      describeCommand({ kind: 'Pod', namespace: homeNamespace(the), name: failure.podName }),
      each === undefined ? null : logsCommand(each, hook === 'postStart' ? 'previous' : 'current'),
    ),
  };
}

/** A hook before a stop delays an end that was wanted; it is the trouble only where the incident is about it. */
function confidenceIn(the: Case, hook: Hook): number {
  if (hook === 'postStart') return 0.94;
  return concerns(the, CONDITIONS.preStop) ? 0.85 : 0.5;
}

/** The container runs and is ready in spite of an older failure. */
function isOver(each: PodContainer | undefined, the: Case, hook: Hook): boolean {
  return hook === 'postStart' && each?.container.status['ready'] === true && !concerns(the, CONDITIONS.postStart);
}

function fromEvents(the: Case, hook: Hook): readonly Failure[] {
  const reason = hook === 'postStart' ? 'FailedPostStartHook' : 'FailedPreStopHook';
  return the.events
    .filter((event) => event.reason === reason && event.source !== 'tattle')
    .map((event) => {
      const said = event.message.slice(0, LONGEST);
      const containerName = /for Container "([a-z0-9-]{1,63})"/.exec(said)?.[1] ?? '';
      return { podName: event.object.name, said, citation: citeEvent(event), containerName };
    });
}

function fromStatuses(the: Case): readonly Failure[] {
  return containersOf(the).flatMap((each) => {
    const waiting = waitingOf(each.container);
    if (waiting?.reason !== 'PostStartHookError') return [];
    const citation =
      citeContainerStatus(each, 'state', 'waiting', 'message') ??
      citeContainerStatus(each, 'state', 'waiting', 'reason');
    if (citation === null) return [];
    return { podName: each.pod.ref.name, said: waiting.message, citation, containerName: each.container.name };
  });
}

/** The container that the failure names; else the only one that has such a hook. */
function suspect(the: Case, hook: Hook, { podName, containerName }: Failure): PodContainer | undefined {
  const hooked = containersOf(the).filter(
    ({ pod, container }) => pod.ref.name === podName && isFields(fields(container.spec['lifecycle'])[hook]),
  );
  return hooked.find(({ container }) => container.name === containerName) ?? hooked[0];
}

function explain(hook: Hook, { said, podName }: Failure, each: PodContainer | undefined): string {
  const whose = each === undefined ? `a container of pod ${podName}` : `container ${each.container.name}`;
  const does = each === undefined ? '' : whatItDoes(fields(fields(each.container.spec['lifecycle'])[hook]));
  const exit = /exited with (\d{1,3})/.exec(said)?.[1];
  const how = exit === undefined ? ' failed' : ` failed with exit code ${exit}`;
  const then = hook === 'postStart' ? ', so the kubelet killed the container' : '; the container is stopped without it';
  return `The ${hook} hook of ${whose}${does}${how}${then}.`;
}

function whatItDoes(hook: Readonly<Record<string, unknown>>): string {
  const { command } = fields(hook['exec']);
  if (Array.isArray(command))
    return ` (\`${command
      .map((word) => text(word, 200))
      .join(' ')
      .slice(0, 200)}\`)`;
  const http = hook['httpGet'];
  return isFields(http) ? ` (HTTP GET ${text(http['path'], 200) || '/'} on port ${text(http['port'], 64)})` : '';
}

function nextSteps(hook: Hook, name: string): readonly string[] {
  return [
    `Run the ${hook} command in container ${name} by hand, and look at its exit code and output`,
    `Correct lifecycle.${hook}, or let it end with 0 where its failure does no harm`,
    hook === 'postStart'
      ? 'The hook starts together with the container’s program: let it wait for what it needs'
      : 'Give it time: it must end within terminationGracePeriodSeconds',
  ];
}
