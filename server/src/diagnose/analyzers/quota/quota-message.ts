/** Reads how admission words a quota or a limit range that an object breaks. */
import { parseQuantity, printQuantity } from '../../quantity.ts';

export interface QuotaMessage {
  readonly name: string;
  readonly requested: ReadonlyMap<string, string>;
  readonly used: ReadonlyMap<string, string>;
  readonly limited: ReadonlyMap<string, string>;
}

const EXCEEDED = 'exceeded quota: ';

/** `exceeded quota: team-quota, requested: pods=1, used: pods=4, limited: pods=4`. */
export function readQuota(says: string): QuotaMessage | undefined {
  const at = says.indexOf(EXCEEDED);
  if (at < 0) return undefined;
  const told = says.slice(at + EXCEEDED.length);
  const name = /^([^\s,]{1,253}), requested: /.exec(told)?.[1];
  if (name === undefined) return undefined;
  return {
    name,
    requested: amounts(told, ', requested: ', ', used: '),
    used: amounts(told, ', used: ', ', limited: '),
    limited: amounts(told, ', limited: ', '\n'),
  };
}

/** `pods=1,requests.cpu=400m` between two words. */
function amounts(told: string, after: string, before: string): ReadonlyMap<string, string> {
  const start = told.indexOf(after);
  if (start < 0) return new Map();
  const end = told.indexOf(before, start + after.length);
  const written = told.slice(start + after.length, end < 0 ? undefined : end);
  return new Map(
    written
      .split(',')
      .slice(0, 64)
      .map((pair) => pair.trim().split('='))
      .flatMap(([resource = '', amount]) =>
        amount === undefined ? [] : [[resource, amount.split(/[\s;)\]]/, 1)[0] ?? '']],
      ),
  );
}

export interface Overrun {
  readonly resource: string;
  readonly requested: string;
  readonly used: string;
  readonly limited: string;
  /** Empty where the amounts cannot be added. */
  readonly total: string;
}

/** The resources that go over; admission lists only those, but older versions list every one of the quota. */
export function overruns({ requested, used, limited }: QuotaMessage): readonly Overrun[] {
  const all = [...requested].map(([resource, amount]) => {
    const before = used.get(resource) ?? '0';
    const most = limited.get(resource) ?? '?';
    const sum = added(before, amount);
    const over = sum === undefined || sum > (parseQuantity(most) ?? Number.NEGATIVE_INFINITY);
    const total = sum === undefined ? '' : printQuantity(sum, resource);
    return { resource, requested: amount, used: before, limited: most, total, over };
  });
  const broken = all.filter(({ over }) => over);
  return (broken.length > 0 ? broken : all).map(({ over: _, ...overrun }) => overrun);
}

function added(a: string, b: string): number | undefined {
  const [first, second] = [parseQuantity(a), parseQuantity(b)];
  return first === undefined || second === undefined ? undefined : first + second;
}

/** `maximum memory usage per Container is 1Gi, but limit is 2Gi`, and its kin: each clause as it stands. */
const RANGES =
  /(?:maximum|minimum) [^\s,]{1,160} usage per (?:Container|Pod|PersistentVolumeClaim) is [^\s,;]{1,32}(?:, but (?:limit|request) is [^\s,;\]]{1,32}|\. {1,2}No (?:limit|request) is specified)|[^\s,[]{1,160} max limit to request ratio per (?:Container|Pod) is [^\s,;]{1,32}, but (?:provided ratio is [^\s,;\]]{1,32}|no (?:request|limit) is specified[^,;\]]{0,40})/g;

export function readRange(says: string): readonly string[] {
  return [...says.slice(0, 2000).matchAll(RANGES)].slice(0, 8).map(([clause]) => clause.replace(/\.$/, ''));
}
