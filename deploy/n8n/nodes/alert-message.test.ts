import { expect, it } from 'vitest';
import { alertSaying } from './alert-message.ts';
import { readNews } from './news.ts';
import { situationOf } from './situation.ts';

function situation(more: object = {}, answer?: object) {
  const incident = { id: 'a', notice: 'opened', title: 'OOMKilled: web', severity: 'high', ...more };
  const diagnosis = {
    cause: 'memory-limit',
    explanation: 'It needs more.',
    next_steps: ['Raise it.'],
    commands: ['kubectl top pod'],
  };
  const news = readNews({
    body: JSON.stringify({ incident, diagnosis, also: [{ id: 'b', title: 'BackOff: api' }] }),
    webhookId: 'm',
  });
  return situationOf({ news, incidents: [answer], similar: [], events: [] });
}

it('says the diagnosis, what to do, and what else the message is about', () => {
  const { title, lead, sections } = alertSaying(situation(), null);
  expect(title).toBe('OOMKilled: web');
  expect(lead).toContain('**memory-limit**: It needs more.');
  expect(sections.flatMap(({ lines }) => lines)).toEqual(['• Raise it.', 'kubectl top pod', '• BackOff: api']);
});

it('marks a model’s words as not checked, and says why there are none', () => {
  expect(alertSaying(situation(), { text: 'Perhaps.' }).lead).toContain('not checked:\nPerhaps.');
  expect(alertSaying(situation(), { missing: 'ECONNREFUSED' }).lead).toContain('ECONNREFUSED');
  expect(alertSaying(situation(), null).lead).not.toContain('language model');
});

it.each([
  ['worse', {}, 'Worse: '],
  ['reminder', {}, 'Still going on: '],
  ['escalated', {}, 'Nobody has acknowledged: '],
  ['resolved', { resolved_at: '2026-11-20T00:00:00Z' }, 'Resolved: '],
])('begins with what has become of it: %s', (notice, more, heading) => {
  expect(alertSaying(situation({ notice, ...more }), null).title).toBe(`${heading}OOMKilled: web`);
});

it('goes by the API where the incident ended while the message was on its way', () => {
  const ended = { id: 'a', title: 'OOMKilled: web', severity: 'high', resolvedAt: '2026-11-20T00:00:00Z' };
  expect(alertSaying(situation({}, ended), null)).toMatchObject({ title: 'Resolved: OOMKilled: web', severity: '' });
});

it('says that its cause is not known rather than nothing', () => {
  expect(alertSaying(situation({}, { id: 'a', title: 'T', diagnosis: null }), null).lead).toContain('no cause so far');
});
