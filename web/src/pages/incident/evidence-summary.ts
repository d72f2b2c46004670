/** What a piece of evidence says, in one line, for while it is folded. */
import type { WireEvidence } from '@tattle/contract';
import { counted } from '../../design/numbers.ts';

/** `body` is the parsed one where it is JSON; empty where nothing short can be said. */
export function evidenceSummary(kind: WireEvidence['kind'], body: unknown): string {
  switch (kind) {
    case 'status':
      return joined([textAt(body, 'phase'), ...listAt(body, 'containerStatuses').map(containerWords), notTrue(body)]);
    case 'spec':
      return joined(listAt(fieldAt(body, 'spec'), 'containers').map((container) => textAt(container, 'image')));
    case 'node':
      return joined([
        textAt(body, 'name'),
        readyWords(body),
        fieldAt(body, 'unschedulable') === true ? 'cordoned' : '',
      ]);
    case 'owners':
      return listAt(body, 'chain')
        .map((owner) => `${textAt(owner, 'kind')} ${textAt(owner, 'name')}`)
        .join(' ← ');
    case 'events':
      return Array.isArray(body) ? counted(body.length, 'event') : '';
    case 'changes':
      return Array.isArray(body) ? counted(body.length, 'change') : '';
    case 'endpoints':
      return Array.isArray(body) ? joined(body.map(serviceWords)) : '';
    default:
      return '';
  }
}

function containerWords(status: unknown): string {
  const [[name, state] = ['', undefined]] = Object.entries(mapOf(fieldAt(status, 'state')));
  const restarts = fieldAt(status, 'restartCount');
  return joined([
    `${textAt(status, 'name')} ${name}`.trim(),
    textAt(state, 'reason'),
    typeof restarts === 'number' && restarts > 0 ? counted(restarts, 'restart') : '',
  ]);
}

/** Conditions of which one would expect that they hold, and which do not. */
function notTrue(body: unknown): string {
  const broken = listAt(body, 'conditions').filter((condition) => textAt(condition, 'status') === 'False');
  const types = broken.map((condition) => textAt(condition, 'type')).filter((type) => !type.endsWith('Pressure'));
  return types.length === 0 ? '' : `not ${types.join(', ')}`;
}

function readyWords(node: unknown): string {
  const ready = listAt(node, 'conditions').find((condition) => textAt(condition, 'type') === 'Ready');
  if (ready === undefined) return '';
  return textAt(ready, 'status') === 'True' ? 'ready' : 'not ready';
}

function serviceWords(service: unknown): string {
  const ready = fieldAt(service, 'ready');
  const name = textAt(service, 'service');
  return typeof ready === 'number' ? `${name}: ${ready} ready` : name;
}

function joined(words: readonly string[]): string {
  return words.filter((word) => word !== '').join(' · ');
}

function listAt(value: unknown, key: string): readonly unknown[] {
  const found = fieldAt(value, key);
  return Array.isArray(found) ? found : [];
}

function textAt(value: unknown, key: string): string {
  const found = fieldAt(value, key);
  return typeof found === 'string' ? found : '';
}

function fieldAt(value: unknown, key: string): unknown {
  const map = mapOf(value);
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

function mapOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
