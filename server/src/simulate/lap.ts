/** One playing of a recording: the same story under other uids, other generated names and other times. */
import { createHash } from 'node:crypto';
import { isObject, textAt, type RawObject } from '../kube/recording/recorded-line.ts';
import type { GeneratedNames } from './generated-names.ts';

export interface Lap {
  object(object: RawObject): RawObject;
  text(text: string): string;
  /** The recorded name of what this lap calls `name`. */
  recordedName(name: string): string;
}

/** As recorded. */
export const plainLap: Lap = { object: (object) => object, text: (text) => text, recordedName: (name) => name };

export interface LapOptions {
  /** Laps of different seeds share no uid. */
  readonly seed: string;
  /** Null keeps names and uids. */
  readonly names: GeneratedNames | null;
  /** Recorded moment → moment of this lap, in milliseconds; null keeps times. */
  readonly moveTime: ((time: number) => number) | null;
}

const uidPattern = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g;
const timePattern = /\b(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?Z/g;
const namePattern = /[a-z0-9][a-z0-9-]*/g;
/** The characters that Kubernetes makes random names of. */
const nameAlphabet = 'bcdfghjklmnpqrstvwxz2456789';

export function createLap({ seed, names, moveTime }: LapOptions): Lap {
  const renamed = names === null ? new Map<string, string>() : renameAll(names, seed);
  const recorded = new Map([...renamed].map(([from, to]) => [to, from]));
  const text = (value: string): string => {
    if (value.length < 4) return value;
    let changed = value;
    if (moveTime !== null) changed = changed.replace(timePattern, (...match) => movedTime(match, moveTime));
    if (names === null) return changed;
    changed = changed.replace(uidPattern, (uid) => (names.lastingUids.has(uid) ? uid : otherUid(seed, uid)));
    return changed.replace(namePattern, (name) => renamed.get(name) ?? name);
  };
  return {
    text,
    object: (object) => renameEvent(rewrite(object, text) as RawObject, object, names === null ? null : moveTime),
    recordedName: (name) => recorded.get(name) ?? name,
  };
}

function renameAll(names: GeneratedNames, seed: string): Map<string, string> {
  const renamed = new Map<string, string>();
  for (const hash of names.hashes) renamed.set(hash, otherName(seed, hash));
  for (const [name, hash] of names.hashed) renamed.set(name, name.slice(0, -hash.length) + otherName(seed, hash));
  for (const [name, prefix] of names.generated) {
    const bare = prefix.replace(/-$/, '');
    const hash = bare.slice(bare.lastIndexOf('-') + 1);
    const otherPrefix = names.hashes.has(hash) ? `${bare.slice(0, -hash.length)}${otherName(seed, hash)}-` : prefix;
    renamed.set(prefix, otherPrefix);
    renamed.set(name, otherPrefix + otherName(seed, name.slice(prefix.length)));
  }
  return renamed;
}

/** As long as the old one, from the same alphabet. */
function otherName(seed: string, name: string): string {
  const digest = createHash('sha256').update(`${seed}/name/${name}`).digest();
  return Array.from(name, (_, index) => nameAlphabet[(digest[index % 32] ?? 0) % nameAlphabet.length] ?? 'x').join('');
}

export function otherUid(seed: string, uid: string): string {
  const hex = createHash('sha256').update(`${seed}/uid/${uid}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

const YEAR_9999 = Date.UTC(9999, 0);

/** The same precision as before, cut and not rounded: nothing may come to lie in the future. */
function movedTime(match: readonly unknown[], moveTime: (time: number) => number): string {
  const [whole, seconds, fraction = ''] = match as readonly [string, string, string?];
  const recorded = Date.parse(`${seconds}Z`);
  if (Number.isNaN(recorded)) return whole;
  const part = Number(fraction.slice(1, 4).padEnd(3, '0'));
  const moved = moveTime(recorded + part);
  if (!(moved >= 0 && moved < YEAR_9999)) return whole;
  const iso = new Date(Math.floor(moved)).toISOString();
  if (fraction === '') return `${iso.slice(0, 19)}Z`;
  // Below the millisecond the recorded digits stay: they keep apart what happened within it.
  const digits = `${iso.slice(20, 23)}${fraction.slice(4)}`
    .padEnd(fraction.length - 1, '0')
    .slice(0, fraction.length - 1);
  return `${iso.slice(0, 19)}.${digits}Z`;
}

/** Event names end with the time they were made at, as a hexadecimal number of nanoseconds. */
function renameEvent(moved: RawObject, recorded: RawObject, moveTime: ((time: number) => number) | null): RawObject {
  const isEvent = 'involvedObject' in recorded || 'regarding' in recorded;
  const metadata = moved['metadata'];
  const match = /^(.+)\.([0-9a-f]{16})$/.exec(textAt(metadata, 'name'));
  if (!isEvent || moveTime === null || match === null || !isObject(metadata)) return moved;
  const nanoseconds = BigInt(`0x${match[2] ?? '0'}`);
  const time = Number(nanoseconds / 1_000_000n);
  const shifted = BigInt(Math.floor(moveTime(time))) * 1_000_000n + (nanoseconds % 1_000_000n);
  return { ...moved, metadata: { ...metadata, name: `${match[1]}.${shifted.toString(16).padStart(16, '0')}` } };
}

/** Every text in the value, keys included: managed fields carry uids in theirs. */
function rewrite(value: unknown, text: (text: string) => string): unknown {
  if (typeof value === 'string') return text(value);
  if (Array.isArray(value)) return (value as unknown[]).map((each) => rewrite(each, text));
  if (!isObject(value)) return value;
  const rewritten: [string, unknown][] = Object.entries(value).map(([key, each]) => [
    key.includes('"uid"') ? text(key) : key,
    rewrite(each, text),
  ]);
  return Object.fromEntries(rewritten);
}
