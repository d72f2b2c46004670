/** A pod's containers with the logs that could be had of each, the most telling first. */
import { type Fields, fields, isFields, objects, text } from '../kit/fields.ts';
import type { Evidence } from '../model/incident.ts';
import type { ContainerCase, LogCase } from './case.ts';

/** What the API puts before each line when it is asked for timestamps. */
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d) ?/;
/** Of one container: each capture brings the current log and the previous one. */
const MOST_LOGS = 6;

/** `logs`: the newest capture first. */
export function containerCases(spec: Fields, status: Fields, logs: readonly Evidence[]): readonly ContainerCase[] {
  const init = casesOf(spec['initContainers'], status['initContainerStatuses'], logs, true);
  return [...init, ...casesOf(spec['containers'], status['containerStatuses'], logs, false)];
}

function casesOf(
  specs: unknown,
  statuses: unknown,
  logs: readonly Evidence[],
  init: boolean,
): readonly ContainerCase[] {
  const names = new Set([...objects(specs), ...objects(statuses)].map((entry) => text(entry['name'], 512)));
  return [...names].map((name) => {
    const status = named(statuses, name);
    const own = logs.filter(({ container }) => container === name);
    return { name, init, spec: named(specs, name), status, logs: inOrder(own, status) };
  });
}

function named(list: unknown, name: string): Fields {
  return fields(objects(list).find((entry) => entry['name'] === name));
}

/** While it runs, the run that ended is the previous one; while it waits to be restarted, the current log is that of the last run. */
function inOrder(logs: readonly Evidence[], status: Fields): readonly LogCase[] {
  const first = isFields(fields(status['state'])['running']) ? 'previous-log' : 'log';
  const bodies = new Set<string>();
  const cases: LogCase[] = [];
  for (const { id, kind, body } of [...logs].sort((a, b) => Number(b.kind === first) - Number(a.kind === first))) {
    if (bodies.has(body)) continue;
    bodies.add(body);
    const lines = linesOf(body);
    if (lines.length > 0) cases.push({ evidenceId: id, previous: kind === 'previous-log', lines });
  }
  return cases.slice(0, MOST_LOGS);
}

function linesOf(body: string): readonly string[] {
  return body
    .split('\n')
    .map((line) => line.replace(TIMESTAMP, ''))
    .filter((line) => line.trim() !== '');
}
