/** Whether a citation stands in the evidence that it names: a claim without its words is no claim. */
import { isFields, text } from '../kit/fields.ts';
import type { Citation } from '../model/diagnosis.ts';
import type { Evidence } from '../model/incident.ts';

/** Citations of long words are cut: what is there must begin with them. */
export function standsIn(evidence: readonly Evidence[]): (citation: Citation) => boolean {
  const byId = new Map(evidence.map((item) => [item.id, item]));
  const parsed = new Map<string, unknown>();
  const valueOf = ({ id, body }: Evidence): unknown => {
    if (!parsed.has(id)) parsed.set(id, parse(body));
    return parsed.get(id);
  };
  return ({ evidenceId, text: words }) => {
    const item = byId.get(evidenceId);
    if (item === undefined || words === '') return false;
    if (item.kind === 'log' || item.kind === 'previous-log') return item.body.includes(words);
    const value = valueOf(item);
    return hasText(value, words) || fieldStands(item.kind === 'spec' ? insideSpec(value) : value, words);
  };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}

function insideSpec(value: unknown): unknown {
  return isFields(value) ? value['spec'] : undefined;
}

/** As one of the strings in it, however deep. */
function hasText(value: unknown, words: string): boolean {
  if (typeof value === 'string') return value.trim().startsWith(words);
  if (Array.isArray(value)) return value.some((entry) => hasText(entry, words));
  return isFields(value) && Object.values(value).some((entry) => hasText(entry, words));
}

/** `containers[app].resources.limits.memory: 24Mi`, as `citeField` writes it; the value may hold anything, the path no colon. */
function fieldStands(value: unknown, words: string): boolean {
  const colon = words.indexOf(': ');
  if (colon <= 0) return false;
  const wanted = words.slice(colon + 2);
  return standsAt(value, words.slice(0, colon), wanted);
}

/** Keys may hold dots and brackets themselves (labels, resource names): every key that the path begins with is tried. */
function standsAt(value: unknown, path: string, wanted: string): boolean {
  if (path === '') return written(value).startsWith(wanted) && wanted !== '';
  if (Array.isArray(value)) {
    return value.some((entry, index) =>
      namesOf(entry, index).some((name) => {
        const step = `[${name}]`;
        return path.startsWith(step) && standsAt(entry, withoutDot(path.slice(step.length)), wanted);
      }),
    );
  }
  if (!isFields(value)) return false;
  return Object.keys(value).some((key) => {
    if (!path.startsWith(key)) return false;
    const rest = path.slice(key.length);
    return (
      (rest === '' || rest.startsWith('.') || rest.startsWith('[')) && standsAt(value[key], withoutDot(rest), wanted)
    );
  });
}

function namesOf(entry: unknown, index: number): readonly string[] {
  const names = isFields(entry) ? [entry['name'], entry['type']].filter((name) => typeof name === 'string') : [];
  return [...names, String(index)];
}

function withoutDot(path: string): string {
  return path.startsWith('.') ? path.slice(1) : path;
}

function written(value: unknown): string {
  return (typeof value === 'object' && value !== null ? JSON.stringify(value) : text(value, 65_536)).trim();
}
