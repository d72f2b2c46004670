import { expect, it } from 'vitest';
import { readSaid } from './chat-command.ts';
import { readCommand } from './command.ts';
import { fixSaying } from './fix-message.ts';

const said = (text: string, more: object = {}) => ({
  text,
  personId: '42',
  personName: 'rosa',
  source: 'chat',
  messageId: 'msg_1',
  ...more,
});

it.each([
  ['ack 0f87f094b5a64ec8 on  it', { verb: 'ack', incidentId: '0f87f094b5a64ec8', note: 'on it' }],
  ['/fix acknowledge inc_1', { verb: 'ack', incidentId: 'inc_1', note: '' }],
  ['fix show inc-1', { verb: 'show', incidentId: 'inc-1' }],
  ['open', { verb: 'open' }],
])('reads %j', (text, wanted) => {
  expect(readCommand(said(text), '7, 42')).toMatchObject({ ...wanted, refusal: '' });
});

it.each([
  '',
  'fix',
  'delete inc_1',
  'toString inc_1',
  '__proto__ inc_1',
  'ack',
  'ack a/b',
  'ack ?x=1',
  'show ..',
  `show ${'x'.repeat(65)}`,
])('refuses %j', (text) => {
  const { verb, incidentId, refusal } = readCommand(said(text), '42');
  expect({ verb, incidentId, refused: refusal !== '' }).toEqual({ verb: '', incidentId: '', refused: true });
});

it.each([
  ['', '42'],
  ['7', '42'],
  ['420', '42'],
  ['', ''],
  [' , ', ''],
])('lets nobody command who is not named: people %j, person %j', (people, personId) => {
  expect(readCommand(said('open', { personId }), people).refusal).toContain('not among');
});

it('lets a schedule look, and acknowledge nothing', () => {
  expect(readCommand(said('open', { source: 'schedule' }), '').refusal).toBe('');
  expect(readCommand(said('ack inc_1', { source: 'schedule' }), '').refusal).not.toBe('');
});

it.each([
  [
    {
      data: { name: 'fix', options: [{ name: 'command', value: 'ack inc_1 hm' }] },
      member: { user: { id: '42', username: 'rosa' } },
    },
  ],
  [
    {
      data: {
        name: 'fix',
        options: [
          {
            name: 'ack',
            options: [
              { name: 'id', value: 'inc_1' },
              { name: 'note', value: 'hm' },
            ],
          },
        ],
      },
      user: { id: '42', username: 'rosa' },
    },
  ],
  [{ content: '/fix ack inc_1 hm', author: { id: '42', username: 'rosa' } }],
])('hears the same in %j', (body) => {
  const heard = readSaid({ body: JSON.stringify(body), webhookId: 'msg_1' });
  expect(readCommand(heard, '42')).toMatchObject({ verb: 'ack', incidentId: 'inc_1', note: 'hm', personName: 'rosa' });
});

it.each(['{}', '{"content":["ack"]}', '[]', 'x'])('does not take %s for something said', (body) => {
  expect(() => readSaid({ body, webhookId: 'msg_1' })).toThrow();
});

it('says nothing when a schedule finds nothing open, and says so to a person', () => {
  const open = { statusCode: 200, body: { items: [] } };
  expect(fixSaying(readCommand(said('open', { source: 'schedule' }), ''), { open })).toBeNull();
  expect(fixSaying(readCommand(said('open'), '42'), { open })?.lead).toContain('None');
});

it('claims no acknowledgement that Tattle did not confirm', () => {
  const command = readCommand(said('ack inc_1'), '42');
  for (const acknowledged of [
    { error: 'ECONNREFUSED' },
    { statusCode: 403, body: { detail: 'needs operator' } },
    undefined,
  ]) {
    expect(fixSaying(command, { acknowledged, incident: { statusCode: 200, body: { id: 'inc_1' } } })?.lead).toContain(
      'NOT acknowledged',
    );
  }
});
