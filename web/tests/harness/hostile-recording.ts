/** A recorded cluster in which everything that anybody may name or write is hostile. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Elements of theirs carry `data-theirs`, scripts of theirs call `alert`. */
export const HOSTILE = [
  '<img src=x data-theirs onerror=alert(1)>',
  '"><svg data-theirs onload=alert(2)>',
  "'};alert(3)//{@html '<b data-theirs>'}",
  'javascript:alert(4)',
  '\u202Egnitirw-sdrawkcab\u202C and \u2066isolated\u2069 \u200F',
  'W'.repeat(5000),
  '👩‍👩‍👧‍👦🏴‍☠️ e\u0301\u0323 Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘',
  '\u001B[31mred\u001B[0m \u001B]8;;http://elsewhere.example\u0007link\u001B]8;;\u0007\u0007\b',
  '{"title": {"$ne": null}, "toString": 1, "__proto__": {"polluted": true}}',
  '${7*7} {{7*7}} <%= 7*7 %> %s %n \\u0000 ../../etc/passwd',
  '</script><script data-theirs>alert(5)</script>',
  '<style data-theirs>*{display:none}</style><base data-theirs href=//elsewhere.example>',
] as const;

const BEGAN = Date.parse('2026-11-20T12:00:00Z');
const NAMESPACE = HOSTILE[0];
/** Longer names are no names of files, and no kind of name that the API server of any cluster takes. */
const short = (text: string) => [...text].slice(0, 240).join('');
const uid = (kind: number, index: number) => `00000000-0000-4000-8${kind}00-${String(index).padStart(12, '0')}`;
const at = (seconds: number) => new Date(BEGAN + seconds * 1000).toISOString().replace('.000', '');

/** Writes it into an empty folder. */
export async function writeHostileRecording(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const files = {
    namespaces: [list('namespaces', [namespace('kube-system', 0), namespace(NAMESPACE, 1)])],
    deployments: [
      list(
        'deployments',
        HOSTILE.map((text, index) => deployment(text, index, 'registry.example/app:1')),
      ),
      ...HOSTILE.map((text, index) => change(2, 'deployments', 'MODIFIED', deployment(text, index, short(text)))),
    ],
    replicasets: [list('replicasets', HOSTILE.map(replicaSet))],
    pods: [list('pods', []), ...HOSTILE.map((text, index) => change(4, 'pods', 'ADDED', pod(text, index)))],
    'events.k8s.io': [
      list('events.k8s.io', []),
      ...HOSTILE.map((text, index) => change(5, 'events.k8s.io', 'ADDED', event(text, index, text))),
      ...HOSTILE.map((text, index) => change(6, 'events.k8s.io', 'ADDED', event(text, 100 + index, 'BackOff'))),
    ],
  };
  for (const [name, lines] of Object.entries(files)) {
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    await writeFile(join(folder, `${name}.ndjson`), text);
  }
}

const list = (resource: string, items: readonly object[]) => ({
  ...{ t: 0, resource, type: 'LIST', resourceVersion: '100', items },
});

let version = 1000;
const change = (t: number, resource: string, type: string, object: object) => ({ t, resource, type, object });

function metadata(name: string, kind: number, index: number, more: object = {}) {
  version += 1;
  const stamp = { uid: uid(kind, index), resourceVersion: String(version), creationTimestamp: at(0) };
  return { name: short(name), namespace: NAMESPACE, ...stamp, ...more };
}

function namespace(name: string, index: number) {
  const { namespace: _none, ...own } = metadata(name, 1, index);
  return { apiVersion: 'v1', kind: 'Namespace', metadata: own, status: { phase: 'Active' } };
}

const owner = (kind: string, name: string, of: number, index: number) => ({
  ownerReferences: [{ apiVersion: 'apps/v1', kind, name: short(name), uid: uid(of, index), controller: true }],
});

function deployment(text: string, index: number, image: string) {
  const annotations = { 'kubernetes.io/change-cause': text };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadata(text, 2, index, {
      annotations,
      labels: { app: text },
      generation: image === short(text) ? 2 : 1,
    }),
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: text } },
      template: { spec: { containers: [{ name: short(text), image, env: [{ name: 'TEXT', value: text }] }] } },
    },
    status: {
      replicas: 1,
      unavailableReplicas: 1,
      conditions: [{ type: 'Available', status: 'False', message: text }],
    },
  };
}

function replicaSet(text: string, index: number) {
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: metadata(text, 3, index, owner('Deployment', text, 2, index)),
    spec: { replicas: 1, selector: { matchLabels: { app: text } } },
    status: { replicas: 1 },
  };
}

function pod(text: string, index: number) {
  const container = short(text);
  const ended = { exitCode: 1, reason: text, message: text, startedAt: at(1), finishedAt: at(2) };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: metadata(text, 4, index, {
      labels: { app: text, [short(text)]: text },
      annotations: { note: text },
      ...owner('ReplicaSet', text, 3, index),
    }),
    spec: { nodeName: short(text), containers: [{ name: container, image: text, command: [text] }] },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'False', reason: text, message: text, lastTransitionTime: at(2) }],
      containerStatuses: [
        {
          ...{ name: container, image: text, imageID: text, ready: false, started: false, restartCount: 3 },
          state: { waiting: { reason: 'CrashLoopBackOff', message: text } },
          lastState: { terminated: { ...ended, containerID: text } },
        },
      ],
    },
  };
}

function event(text: string, index: number, reason: string) {
  const crash = 'Back-off restarting failed container ';
  return {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: metadata(`${text}.${index}`, 5, index),
    eventTime: null,
    reportingController: text,
    reportingInstance: text,
    reason,
    type: 'Warning',
    note: reason === 'BackOff' ? `${crash}${text}` : text,
    regarding: {
      ...{ apiVersion: 'v1', kind: 'Pod', namespace: NAMESPACE, name: short(text), uid: uid(4, index % 100) },
    },
    deprecatedSource: { component: text, host: short(text) },
    deprecatedFirstTimestamp: at(3),
    deprecatedLastTimestamp: at(5),
    deprecatedCount: 5,
  };
}
