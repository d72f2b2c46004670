import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { batches } from './batches.ts';
import { eventRecord } from './record.ts';
import { aDiagnosis, anEvent, eventOf, HOSTILE, incidentOf, manyEvents, T0 } from './testing/records.ts';

const DOCS = new URL('../../../docs/', import.meta.url);

function validator(name: string) {
  const ajv = new Ajv({ strict: true, allowUnionTypes: true });
  formats.default(ajv);
  return ajv.compile(JSON.parse(readFileSync(new URL(`sinks/${name}.schema.json`, DOCS), 'utf8')) as object);
}

describe('the records of sinks', () => {
  it('keep to their schemas', () => {
    const event = validator('event');
    const incident = validator('incident');
    const events = [
      eventOf(1),
      eventOf(2, { condition: null, incidentId: null, message: HOSTILE, lastSeen: 1e18, origin: 'state' }),
    ];
    for (const { json } of events) expect([event(JSON.parse(json)), event.errors]).toEqual([true, null]);
    const incidents = [incidentOf(), incidentOf({ resolvedAt: T0, resolvedBy: 'ann', clearedAt: T0 }, aDiagnosis())];
    for (const { json } of incidents) expect([incident(JSON.parse(json)), incident.errors]).toEqual([true, null]);
  });

  it('are the ones that the documentation shows', () => {
    const shown = [...readFileSync(new URL('SINKS.md', DOCS), 'utf8').matchAll(/```json\n(.*?)\n```/g)].map(
      ([, line = '']) => JSON.parse(line) as object,
    );
    expect(shown.map((each) => Object.keys(each))).toEqual([
      Object.keys(eventOf(1).document),
      Object.keys(incidentOf().document),
    ]);
  });

  it('have one id for one occurrence, whatever changed about its event since', () => {
    expect(eventOf(3).document.id).toBe(
      eventOf(3, { message: 'another', lastSeen: T0 + 9e6, incidentId: 'inc_9' }).document.id,
    );
    expect(eventOf(3).document.id).not.toBe(eventOf(4).document.id);
    expect(eventOf(3).document.id).not.toBe(eventOf(3, { cluster: 'another' }).document.id);
  });

  it('have one id for one state of an incident, and another for the next', () => {
    expect(incidentOf().document.id).toBe(incidentOf().document.id);
    const states = [
      incidentOf(),
      incidentOf({ state: 'resolved' }),
      incidentOf({ eventCount: 8 }),
      incidentOf({}, aDiagnosis()),
    ];
    expect(new Set(states.map(({ document }) => document.id)).size).toBe(4);
  });

  it('have ids of bounded length, on one line', () => {
    const long = eventRecord({ event: anEvent({ uid: 'x'.repeat(100_000) }), at: T0, count: 1, delta: 1 });
    expect(long.document.id).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(eventOf(1, { message: HOSTILE }).json).not.toContain('\n');
  });
});

describe('batches', () => {
  it('are cut by number and by bytes, and hold what is too large alone', () => {
    const records = manyEvents(10);
    expect(batches(records, { records: 4, bytes: 1e9 }).map((each) => each.length)).toEqual([4, 4, 2]);
    const size = Buffer.byteLength(records[0]?.json ?? '') + 1;
    expect(batches(records, { records: 100, bytes: size * 3 }).every((each) => each.length <= 3)).toBe(true);
    const large = eventOf(1, { message: 'x'.repeat(5_000) });
    const [a, b, c] = [records[0], large, records[1]].map((each) => each ?? large);
    expect(
      batches([a ?? large, b ?? large, c ?? large], { records: 100, bytes: size + 10 }).map((each) => each.length),
    ).toEqual([1, 1, 1]);
    expect(batches([], { records: 1, bytes: 1 })).toEqual([]);
    expect(batches(records, { records: 3, bytes: 2_000 }).flat()).toEqual(records);
  });
});
