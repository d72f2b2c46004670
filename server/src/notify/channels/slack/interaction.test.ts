import { describe, expect, it } from 'vitest';
import type { SignedRequest } from '../../../model/button.ts';
import { SIGNING_SECRET, slackPress, slackRequest } from '../../testing/presses.ts';
import { aNotice, anIncident } from '../../testing/notices.ts';
import { buttonsUnder } from '../buttons.ts';
import { readSlackPress, type SlackSigned } from './interaction.ts';

const AT = Date.UTC(2026, 10, 26, 12);
const SIGNED: SlackSigned = { name: 'ops', signingSecret: SIGNING_SECRET, conversation: 'C0123456789', mayAct: null };
const valueOf = (act: string, channel = 'ops') =>
  buttonsUnder(aNotice(), channel).find((button) => button.act === act)?.value ?? '';
const read = (request: SignedRequest, signed: Partial<SlackSigned> = {}, now = AT) =>
  readSlackPress(request, { ...SIGNED, ...signed }, now);

/** The example of Slack's documentation, with the signature that stands there. */
const DOCUMENTED = {
  at: 1_531_420_618_000,
  body: 'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
  signature: 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
};

describe("Slack's signature", () => {
  const documented = (headers: object = {}): SignedRequest => ({
    headers: {
      'x-slack-request-timestamp': String(DOCUMENTED.at / 1000),
      'x-slack-signature': DOCUMENTED.signature,
      ...headers,
    },
    body: Buffer.from(DOCUMENTED.body),
  });

  it('is known by the example of the documentation', () => {
    expect(read(documented(), {}, DOCUMENTED.at)).toEqual({ kind: 'other' });
  });

  it('holds for five minutes', () => {
    for (const minutes of [-4.9, 4.9]) {
      expect(read(documented(), {}, DOCUMENTED.at + minutes * 60_000)).toEqual({ kind: 'other' });
    }
    for (const minutes of [-5.1, 5.1, 60 * 24 * 365]) {
      expect(read(documented(), {}, DOCUMENTED.at + minutes * 60_000)).toEqual({ kind: 'unsigned' });
    }
  });

  it.each<[string, object]>([
    ['none', { 'x-slack-signature': undefined }],
    ['of another version', { 'x-slack-signature': DOCUMENTED.signature.replace('v0', 'v1') }],
    ['shorter', { 'x-slack-signature': DOCUMENTED.signature.slice(0, -2) }],
    ['with one digit changed', { 'x-slack-signature': DOCUMENTED.signature.replace(/3$/, '4') }],
    ['twice', { 'x-slack-signature': [DOCUMENTED.signature, DOCUMENTED.signature] }],
    ['of another time', { 'x-slack-request-timestamp': String(DOCUMENTED.at / 1000 + 1) }],
    ['of a time that is none', { 'x-slack-request-timestamp': '1531420618.0' }],
    ['without a time', { 'x-slack-request-timestamp': undefined }],
  ])('is refused where it is %s', (_, headers) => {
    expect(read(documented(headers), {}, DOCUMENTED.at)).toEqual({ kind: 'unsigned' });
  });

  it('is refused by another secret, and for another body', () => {
    const press = slackPress({ value: valueOf('resolve'), at: AT });
    expect(read(press).kind).toBe('pressed');
    expect(read(press, { signingSecret: 'another' })).toEqual({ kind: 'unsigned' });
    expect(read({ ...press, body: Buffer.concat([press.body, Buffer.from('&')]) })).toEqual({ kind: 'unsigned' });
    expect(read({ ...press, body: Buffer.alloc(0) })).toEqual({ kind: 'unsigned' });
  });
});

describe('a press in Slack', () => {
  it.each(['acknowledge', 'silence', 'resolve'])('says what, who and where: %s', (act) => {
    expect(read(slackPress({ value: valueOf(act), at: AT }))).toEqual({
      kind: 'pressed',
      press: {
        act,
        incidentId: anIncident().id,
        id: expect.stringMatching(/^[0-9a-f]{64}$/),
        actor: 'slack:UA8RXUSPL@T9TK3CUKW',
        name: 'jtorrance',
        mayAct: true,
        replyTo: { url: expect.stringMatching(/^https:\/\/hooks\.slack\.com\//) },
      },
    });
  });

  it('of somebody from another workspace names that one', () => {
    const user = { id: 'U1', name: 'guest', team_id: 'T2' };
    expect(read(slackPress({ value: valueOf('resolve'), at: AT, user }))).toMatchObject({
      press: { actor: 'slack:U1@T2' },
    });
  });

  it('counts of those alone whom the settings name', () => {
    const press = slackPress({ value: valueOf('resolve'), at: AT });
    expect(read(press, { mayAct: ['U1', 'UA8RXUSPL'] })).toMatchObject({ press: { mayAct: true } });
    expect(read(press, { mayAct: ['U1'] })).toMatchObject({ press: { mayAct: false } });
  });

  it('in another conversation, or under a message of another channel, is none of this one', () => {
    expect(read(slackPress({ value: valueOf('resolve'), at: AT, conversation: 'C0000000002' }))).toEqual({
      kind: 'other',
    });
    expect(read(slackPress({ value: valueOf('resolve', 'dev'), at: AT }))).toEqual({ kind: 'other' });
    const anywhere = { conversation: null };
    expect(read(slackPress({ value: valueOf('resolve'), at: AT, conversation: 'C0000000002' }), anywhere).kind).toBe(
      'pressed',
    );
  });

  it('never makes a name of what breaks a line or hides a word', () => {
    const user = { id: 'U1', team_id: 'T1', name: `a\u0007\n\u202eb\u200b${'c'.repeat(500)}` };
    const reading = read(slackPress({ value: valueOf('resolve'), at: AT, user }));
    expect(reading).toMatchObject({ kind: 'pressed', press: { name: expect.stringMatching(/^a bc{10,}…$/) } });
  });

  it.each<[string, object]>([
    ['of a view', { type: 'view_submission' }],
    ['without actions', { actions: [] }],
    ['with actions that are none', { actions: [null, 7, 'x'] }],
    ['with another value', { actions: [{ value: 'approve_123' }] }],
    ['with a value that is none', { actions: [{ value: { acknowledge: true } }] }],
    ['of nobody', { user: null }],
    ['of somebody with a name for an id', { user: { id: 'tattle', team_id: 'T1' } }],
    ['of no team', { user: { id: 'U1' }, team: null }],
  ])('%s is none of ours', (_, more) => {
    expect(read(slackPress({ value: valueOf('resolve'), at: AT, more: { ...more } }))).toEqual({ kind: 'other' });
  });

  it.each([
    '',
    'payload=',
    'payload=%7B',
    'payload=null',
    'payload=[]',
    `payload=${'['.repeat(100_000)}`,
    'payload=%ff%fe',
  ])('is not read out of %.20s', (body) => {
    expect(read(slackRequest(body, AT))).toEqual({ kind: 'other' });
  });
});
