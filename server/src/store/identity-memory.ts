/**
 * What was written lately, by identity, in typed arrays: as objects, 65,536 of them took 20 MB and a mark of the garbage collector
 * each, which cost more than all look-ups. Two generations, so that a hit costs one or two probes and no list.
 */
import type { StoredEvent } from './stored-event.ts';

/** Of each entry: the key's four words, cluster, dimensions, what was said. */
const WORDS = 7;
/** Of each entry: event, count, lastSeen, lastAt, lastSeq, bornAt. */
const NUMBERS = 6;

export class IdentityMemory {
  readonly #key = new Int32Array(4);
  #young: Generation;
  #old: Generation;

  /** Holds at most `bound` entries; beyond, the older half is forgotten at once. */
  constructor(bound: number) {
    const half = Math.max(1, Math.floor(bound / 2));
    this.#young = new Generation(half);
    this.#old = new Generation(half);
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** `key` is a uuid in its canonical form. */
  get(key: string, clusterId: number): StoredEvent | undefined {
    readUuid(key, this.#key);
    const young = this.#young.find(this.#key, clusterId);
    if (young !== -1) return this.#young.read(young);
    const old = this.#old.find(this.#key, clusterId);
    if (old === -1) return undefined;
    const stored = this.#old.read(old);
    this.#put(clusterId, stored);
    return stored;
  }

  set(key: string, clusterId: number, stored: StoredEvent): void {
    readUuid(key, this.#key);
    this.#put(clusterId, stored);
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
  }

  #put(clusterId: number, stored: StoredEvent): void {
    this.#young.write(this.#key, clusterId, stored);
    if (!this.#young.isFull) return;
    const emptied = this.#old;
    emptied.clear();
    this.#old = this.#young;
    this.#young = emptied;
  }
}

/** Entries in the order of writing, found by open addressing. */
class Generation {
  readonly #bound: number;
  readonly #mask: number;
  /** An entry's place plus one; 0 is free. At most half of them are taken. */
  readonly #slots: Int32Array;
  readonly #words: Int32Array;
  readonly #numbers: Float64Array;
  readonly #incidents: (string | null)[] = [];

  constructor(bound: number) {
    this.#bound = bound;
    const slots = 2 ** Math.ceil(Math.log2(bound * 2));
    this.#mask = slots - 1;
    this.#slots = new Int32Array(slots);
    this.#words = new Int32Array(bound * WORDS);
    this.#numbers = new Float64Array(bound * NUMBERS);
  }

  get size(): number {
    return this.#incidents.length;
  }

  get isFull(): boolean {
    return this.size === this.#bound;
  }

  find(key: Int32Array, clusterId: number): number {
    return (this.#slots[this.#slotOf(key, clusterId)] ?? 0) - 1;
  }

  read(entry: number): StoredEvent {
    const words = entry * WORDS;
    const numbers = entry * NUMBERS;
    return {
      eventId: this.#numbers[numbers] ?? 0,
      count: this.#numbers[numbers + 1] ?? 0,
      lastSeen: this.#numbers[numbers + 2] ?? 0,
      incidentId: this.#incidents[entry] ?? null,
      lastAt: this.#numbers[numbers + 3] ?? 0,
      lastSeq: this.#numbers[numbers + 4] ?? 0,
      bornAt: this.#numbers[numbers + 5] ?? 0,
      dimsId: this.#words[words + 5] ?? 0,
      said: (this.#words[words + 6] ?? 0) >>> 0,
    };
  }

  write(key: Int32Array, clusterId: number, stored: StoredEvent): void {
    const slot = this.#slotOf(key, clusterId);
    const taken = this.#slots[slot] ?? 0;
    const entry = taken === 0 ? this.size : taken - 1;
    if (taken === 0) this.#slots[slot] = entry + 1;
    this.#incidents[entry] = stored.incidentId;
    const words = entry * WORDS;
    this.#words.set(key, words);
    this.#words[words + 4] = clusterId;
    this.#words[words + 5] = stored.dimsId;
    this.#words[words + 6] = stored.said;
    const numbers = entry * NUMBERS;
    this.#numbers[numbers] = stored.eventId;
    this.#numbers[numbers + 1] = stored.count;
    this.#numbers[numbers + 2] = stored.lastSeen;
    this.#numbers[numbers + 3] = stored.lastAt;
    this.#numbers[numbers + 4] = stored.lastSeq;
    this.#numbers[numbers + 5] = stored.bornAt;
  }

  clear(): void {
    if (this.size === 0) return;
    this.#slots.fill(0);
    this.#incidents.length = 0;
  }

  /** Where the entry is, or would be. */
  #slotOf(key: Int32Array, clusterId: number): number {
    let slot = (mixed(key) ^ clusterId) & this.#mask;
    for (;;) {
      const taken = this.#slots[slot] ?? 0;
      if (taken === 0 || this.#isAt(taken - 1, key, clusterId)) return slot;
      slot = (slot + 1) & this.#mask;
    }
  }

  #isAt(entry: number, key: Int32Array, clusterId: number): boolean {
    const at = entry * WORDS;
    const words = this.#words;
    return (
      words[at] === key[0] &&
      words[at + 1] === key[1] &&
      words[at + 2] === key[2] &&
      words[at + 3] === key[3] &&
      words[at + 4] === clusterId
    );
  }
}

/** Uids that are made one after the other may differ in a few bits only. */
function mixed(key: Int32Array): number {
  let hash = 0;
  for (const word of key) hash = Math.imul(hash ^ word, 0x9e3779b1);
  return hash ^ (hash >>> 15);
}

/** The 32 digits of `01234567-89ab-cdef-0123-456789abcdef` as four words. */
function readUuid(uuid: string, into: Int32Array): void {
  let digits = 0;
  let word = 0;
  for (let i = 0; i < 36; i++) {
    const code = uuid.charCodeAt(i);
    if (code === 45) continue;
    word = (word << 4) | (code < 58 ? code - 48 : code - 87);
    digits += 1;
    if ((digits & 7) === 0) into[(digits >> 3) - 1] = word;
  }
}
