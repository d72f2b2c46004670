import { describe, expect, it } from 'vitest';
import type { Incident } from '../../model/incident.ts';
import { aDigest, aNotice, anIncident } from '../testing/notices.ts';
import { buttonsUnder, readButton } from './buttons.ts';

const actsUnder = (incident: Partial<Incident>, more: object = {}) =>
  buttonsUnder(aNotice({ incident: anIncident(incident), ...more }), 'ops').map(({ act }) => act);

describe('buttons', () => {
  it('are those that still mean something', () => {
    expect(actsUnder({ state: 'open' })).toEqual(['acknowledge', 'silence', 'resolve']);
    expect(actsUnder({ state: 'regressed' })).toEqual(['acknowledge', 'silence', 'resolve']);
    expect(actsUnder({ state: 'acknowledged' })).toEqual(['silence', 'resolve']);
    expect(actsUnder({ state: 'resolved' })).toEqual([]);
    expect(actsUnder({ mergedInto: 'inc_2' })).toEqual([]);
  });

  it('stand under no message about several incidents, about an end, a test or a summary', () => {
    const also = [{ incident: anIncident({ id: 'inc_2' }), kind: 'opened' }];
    expect(actsUnder({}, { also })).toEqual([]);
    expect(actsUnder({}, { kind: 'resolved' })).toEqual([]);
    expect(actsUnder({}, { kind: 'test' })).toEqual([]);
    expect(buttonsUnder(aDigest(), 'ops')).toEqual([]);
  });

  it('say what they are for, and to their own channel alone', () => {
    for (const { act, value } of buttonsUnder(aNotice(), 'ops')) {
      expect(readButton(value, 'ops')).toEqual({ act, incidentId: 'inc_1' });
      expect(readButton(value, 'dev')).toBeNull();
    }
  });

  it('have values that Discord takes, also where the name of the channel is long', () => {
    const buttons = buttonsUnder(aNotice({ incident: anIncident({ id: 'f'.repeat(64) }) }), `slack:${'x'.repeat(200)}`);
    expect(buttons).toHaveLength(3);
    for (const { value } of buttons) expect(value.length).toBeLessThanOrEqual(100);
    expect(actsUnder({ id: 'f'.repeat(100) })).toEqual([]);
  });

  it('are not read out of anything else', () => {
    const [button] = buttonsUnder(aNotice(), 'ops');
    const [, key = ''] = button?.value.split(':') ?? [];
    for (const value of [
      '',
      ':',
      `note:${key}:inc_1`,
      `acknowledge:${key}:`,
      `acknowledge:${key}`,
      `__proto__:${key}:x`,
    ]) {
      expect(readButton(value, 'ops')).toBeNull();
    }
    expect(readButton(`acknowledge:${key}:a:b`, 'ops')).toEqual({ act: 'acknowledge', incidentId: 'a:b' });
  });
});
