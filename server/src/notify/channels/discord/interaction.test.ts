import { describe, expect, it } from 'vitest';
import type { SignedRequest } from '../../../model/button.ts';
import { discordApplication, discordPress, discordRequest } from '../../testing/presses.ts';
import { aNotice, anIncident } from '../../testing/notices.ts';
import { buttonsUnder } from '../buttons.ts';
import { type DiscordSigned, readDiscordPress } from './interaction.ts';

const AT = Date.UTC(2026, 10, 26, 12);
const APPLICATION = discordApplication();
const SIGNED: DiscordSigned = {
  name: 'ops',
  publicKey: APPLICATION.publicKey,
  conversation: '100000000000000001',
  mayAct: null,
};
const valueOf = (act: string, channel = 'ops') =>
  buttonsUnder(aNotice(), channel).find((button) => button.act === act)?.value ?? '';
const pressing = (more: object = {}) => discordPress(APPLICATION, { value: valueOf('resolve'), at: AT, ...more });
const read = (request: SignedRequest, signed: Partial<DiscordSigned> = {}, now = AT) =>
  readDiscordPress(request, { ...SIGNED, ...signed }, now);

describe("Discord's signature", () => {
  it('is known, and a greeting is answered as Discord wants it', () => {
    const reading = read(discordRequest(APPLICATION, '{"type":1}', AT));
    expect(reading).toEqual({ kind: 'greeting', answer: { contentType: 'application/json', body: '{"type":1}' } });
  });

  it('is refused of another application, for another body, another time, and where there is none', () => {
    const { headers, body } = pressing();
    expect(read({ headers, body }).kind).toBe('pressed');
    expect(read({ headers, body }, { publicKey: discordApplication().publicKey })).toEqual({ kind: 'unsigned' });
    expect(read({ headers, body: Buffer.concat([body, Buffer.from(' ')]) })).toEqual({ kind: 'unsigned' });
    for (const changed of [
      { 'x-signature-timestamp': String(AT / 1000 + 1) },
      { 'x-signature-timestamp': undefined },
      { 'x-signature-ed25519': undefined },
      { 'x-signature-ed25519': '00'.repeat(64) },
      { 'x-signature-ed25519': `${'00'.repeat(63)}zz` },
      { 'x-signature-ed25519': 'x' },
    ]) {
      expect(read({ headers: { ...headers, ...changed }, body })).toEqual({ kind: 'unsigned' });
    }
  });

  it('holds for five minutes', () => {
    expect(read(pressing(), {}, AT + 299_000).kind).toBe('pressed');
    for (const off of [-301_000, 301_000]) expect(read(pressing(), {}, AT + off)).toEqual({ kind: 'unsigned' });
  });

  it('is taken of a key in capital letters', () => {
    expect(read(pressing(), { publicKey: APPLICATION.publicKey.toUpperCase() }).kind).toBe('pressed');
  });
});

describe('a press in Discord', () => {
  it.each(['acknowledge', 'silence', 'resolve'])('says what, who and where: %s', (act) => {
    expect(read(pressing({ value: valueOf(act) }))).toEqual({
      kind: 'pressed',
      press: {
        act,
        incidentId: anIncident().id,
        id: expect.stringMatching(/^[0-9a-f]{64}$/),
        actor: 'discord:53908232506183680',
        name: 'Mason',
        mayAct: true,
        replyTo: { application: '845027738276462632', token: 'unique_interaction_token' },
      },
    });
  });

  it('is of the name that people see there, cleaned', () => {
    const user = { id: '53908232506183680', username: 'mason' };
    const nameOf = (member: object) => {
      const reading = read(pressing({ member }));
      return reading.kind === 'pressed' ? reading.press.name : reading.kind;
    };
    expect(nameOf({ user, nick: 'Captain' })).toBe('Captain');
    expect(nameOf({ user, nick: '\u0007\u200b' })).toBe('mason');
    expect(nameOf({ user: { ...user, global_name: 'a\n\u202eb' } })).toBe('a b');
    expect(nameOf({ user: { id: '53908232506183680' } })).toBe('53908232506183680');
  });

  it('counts of those alone whom the settings name', () => {
    expect(read(pressing(), { mayAct: ['53908232506183680'] })).toMatchObject({ press: { mayAct: true } });
    expect(read(pressing(), { mayAct: ['53908232506183681'] })).toMatchObject({ press: { mayAct: false } });
  });

  it.each<[string, object]>([
    ['in another channel', { conversation: '100000000000000002' }],
    ['under a message of another channel', { value: valueOf('resolve', 'dev') }],
    ['with another id', { value: 'approve' }],
    ['of nobody', { member: {} }],
    ['of somebody with a name for an id', { member: { user: { id: 'tattle' } } }],
    ['whose token leads elsewhere', { more: { token: '../../channels/1' } }],
    ['of an application that leads elsewhere', { more: { application_id: '1/../..' } }],
    ['that is a command', { more: { type: 2 } }],
  ])('%s is none of ours', (_, changed) => {
    expect(read(pressing(changed))).toEqual({ kind: 'other' });
  });

  it.each(['', '{', 'null', '[]', '7', `${'['.repeat(100_000)}`, '{"type":"1"}'])(
    'is not read out of %.20s',
    (body) => {
      expect(read(discordRequest(APPLICATION, body, AT))).toEqual({ kind: 'other' });
    },
  );
});
