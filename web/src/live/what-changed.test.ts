import type { WireIncident, WireStreamChange } from '@tattle/contract';
import { expect, it } from 'vitest';
import { outdatedBy } from './what-changed.ts';

const change = (part: Partial<WireStreamChange>): WireStreamChange => ({
  events: [],
  incidents: [],
  topics: [],
  ...part,
});
const incident = (id: string) => ({ id }) as WireIncident;

it('makes lists of incidents, and the page of the one that changed, old', () => {
  const { names, incidents, events } = outdatedBy(change({ incidents: [incident('a')] }));
  expect(names.has('listIncidents')).toBe(true);
  expect([...incidents]).toEqual(['a']);
  expect(events).toBe(false);
});

it('leaves lists of events to whoever reads them', () => {
  const { names, events } = outdatedBy(change({ topics: ['events'] }));
  expect(names.size).toBe(0);
  expect(events).toBe(true);
});

it('gathers what several messages make old', () => {
  const first = outdatedBy(change({ topics: ['events', 'deliveries'] }));
  const { names, incidents, events } = outdatedBy(change({ incidents: [incident('b')] }), first);
  expect(names.has('listDeliveries') && names.has('incidentFacets')).toBe(true);
  expect([...incidents]).toEqual(['b']);
  expect(events).toBe(true);
});

it('makes what is said of silences old when one begins or ends', () => {
  const { names } = outdatedBy(change({ topics: ['silences'] }));
  expect([...names]).toEqual(['listSilences', 'previewSilence', 'listNoticeDecisions']);
});
