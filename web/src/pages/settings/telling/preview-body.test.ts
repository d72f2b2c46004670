import { expect, it } from 'vitest';
import { readable } from './preview-body.ts';

const MAIL = [
  'From: Tattle <tattle@example.com>',
  'To: ann@example.com',
  'Subject: OOMKilled',
  'MIME-Version: 1.0',
  'Content-Type: multipart/alternative; boundary="b"',
  '',
  ...[
    '--b',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    '',
    'It broke.',
    '',
    'Look.',
    '',
  ],
  ...['--b', 'Content-Type: text/html; charset=utf-8', '', '<b>It broke.</b>', '', '--b--', ''],
].join('\r\n');

it('writes JSON on several lines, and leaves alone what is none', () => {
  expect(readable({ contentType: 'application/json; charset=utf-8', body: '{"a":[1]}' })).toEqual({
    kind: 'JSON',
    text: '{\n  "a": [\n    1\n  ]\n}',
  });
  expect(readable({ contentType: 'application/json', body: '{"a":' }).text).toBe('{"a":');
  expect(readable({ contentType: 'application/cloudevents+json', body: '1' }).kind).toBe('JSON');
});

it('shows a mail as who reads it sees it, without the source of its HTML', () => {
  expect(readable({ contentType: 'message/rfc822', body: MAIL })).toEqual({
    kind: 'Mail',
    text: 'From: Tattle <tattle@example.com>\nTo: ann@example.com\nSubject: OOMKilled\n\nIt broke.\n\nLook.',
  });
  expect(readable({ contentType: 'message/rfc822', body: 'no mail' }).text).toBe('no mail');
});

it('leaves the rest as it is', () => {
  expect(readable({ contentType: 'text/plain', body: 'x' })).toEqual({ kind: 'Text', text: 'x' });
});
