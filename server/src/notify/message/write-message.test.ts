import { describe, expect, it } from 'vitest';
import type { Notice } from '../../model/delivery.ts';
import { HOSTILE_TEXTS, hostileNotices } from '../testing/hostile-notices.ts';
import { aDiagnosis, aDigest, anIncident, aNotice, noticesOfEveryKind, someAlso } from '../testing/notices.ts';
import type { Message } from './message.ts';
import { writeMessage } from './write-message.ts';

const write = (notice: Notice): Message => writeMessage(notice, (id) => `https://tattle.example/incidents/${id}`);
const diagnosis = aDiagnosis();

describe('the message of a notice', () => {
  it('says first what broke, then why, then where and since when', () => {
    expect(write(aNotice({ diagnosis }))).toMatchObject({
      tone: 'broken',
      headline: 'Broken: CrashLoopBackOff of Deployment shop/cart',
      why: 'The variable REDIS_URL is missing.',
      cause: 'missing-configuration',
      facts: [
        { name: 'Severity', value: 'high' },
        { name: 'Namespace', value: 'shop' },
        { name: 'Deployment', value: 'cart' },
        { name: 'Cluster', value: 'homelab' },
        { name: 'Node', value: 'node-1' },
        { name: 'Since', value: '2026-11-20 23:44:00 UTC' },
      ],
      nextSteps: ['Set REDIS_URL on Deployment cart'],
      commands: ['kubectl -n shop describe deployment cart'],
      quote: 'FATAL: REDIS_URL is not set',
      url: 'https://tattle.example/incidents/inc_1',
      note: '',
    });
  });

  it('says the words of the event where there is no diagnosis, and that evidence was still to come', () => {
    const message = write(aNotice({ partial: true }));
    expect(message).toMatchObject({ why: 'Back-off restarting failed container cart', cause: null, quote: null });
    expect(message.note).toContain('still being gathered');
  });

  it.each([
    ['opened', 'Broken: '],
    ['worse', 'Got worse: '],
    ['diagnosed', 'Cause found: '],
    ['reminder', 'Still broken: '],
    ['escalated', 'Nobody has taken this on: '],
    ['resolved', 'Over: '],
    ['test', 'Test: '],
  ])('begins what is %s with "%s"', (kind, opening) => {
    const notice = noticesOfEveryKind()[kind] ?? aDigest();
    expect(write(notice).headline).toBe(`${opening}CrashLoopBackOff of Deployment shop/cart`);
  });

  it.each([
    ['reminder', 'Still broken for 3 h 5 min: '],
    ['escalated', 'Nobody has taken this on for 3 h 5 min: '],
    ['worse', 'Got worse: '],
  ] as const)('says in what is %s how long it lasts, where that is the news: "%s"', (kind, opening) => {
    const notice = aNotice({ kind, at: anIncident().openedAt + 11_100_000 });
    expect(write(notice).headline.startsWith(opening)).toBe(true);
  });

  it('says that a problem came back', () => {
    expect(write(aNotice({ incident: anIncident({ state: 'regressed' }) })).headline).toMatch(/^Broken again: /);
  });

  it('says how it ended, what it was, and leaves nothing to do', () => {
    const incident = anIncident({ state: 'resolved', resolvedAt: anIncident().openedAt + 11_100_000 });
    const over = (more: object) => write(aNotice({ kind: 'resolved', diagnosis, incident: { ...incident, ...more } }));
    expect(over({ resolvedBy: 'tattle' })).toMatchObject({
      tone: 'over',
      why: 'It ended by itself after 3 h 5 min. The cause was: The variable REDIS_URL is missing.',
      nextSteps: [],
      commands: [],
      quote: null,
    });
    expect(over({ resolvedBy: 'ada', resolution: 'rolled back' }).why).toMatch(
      /^ada resolved it after 3 h 5 min. rolled back. The cause/,
    );
  });

  it('quotes nothing that it has said already', () => {
    const explanation = 'It wrote "FATAL: REDIS_URL is not set".';
    expect(write(aNotice({ diagnosis: aDiagnosis({ explanation }) })).quote).toBeNull();
  });

  it('names ten of the incidents that were grouped and counts the rest', () => {
    expect(write(aNotice({ also: someAlso() })).also).toEqual([
      'Broken: OOMKilled of Deployment shop/queue (high)',
      'Got worse: ImagePullBackOff of Deployment shop/mail (medium)',
    ]);
    const [one] = someAlso();
    if (one === undefined) throw new Error('there is none');
    const message = write(aNotice({ also: Array.from({ length: 13 }, () => one) }));
    expect(message.also).toHaveLength(10);
    expect(message.more).toBe(3);
  });

  it('has no page for a test', () => {
    expect(write(aNotice({ kind: 'test' }))).toMatchObject({ url: null, tone: 'news' });
  });

  it('sums up a night', () => {
    expect(write(aDigest())).toMatchObject({
      headline: 'Overnight: 3 incidents, 2 healed themselves, 1 still open, 1,204 repeats suppressed',
      tone: 'broken',
      severity: 'high',
      also: [
        'CrashLoopBackOff of Deployment shop/cart (high, open, missing-configuration)',
        'OOMKilled of Deployment shop/queue (high, over, memory-limit-too-low)',
        'ImagePullBackOff of Deployment shop/mail (medium, over)',
      ],
      more: 0,
      url: null,
    });
    const quiet = write(aDigest({ incidents: 1, lines: [], stillOpen: 0, healed: 1, repeats: 0 }));
    expect(quiet).toMatchObject({ headline: 'Overnight: 1 incident, 1 healed itself', tone: 'over', more: 1 });
  });
});

describe('the message of a notice made of hostile text', () => {
  it.each(Object.entries(HOSTILE_TEXTS))('is short, whole and without invisible characters: %s', (_, text) => {
    for (const notice of hostileNotices(text)) {
      const message = write(notice);
      const lines = [message.headline, message.why, ...message.nextSteps, ...message.commands, ...message.also];
      for (const line of [...lines, ...message.facts.flatMap(({ name, value }) => [name, value])]) {
        expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
        expect(line.length).toBeLessThanOrEqual(700);
      }
      for (const line of [message.headline, ...message.nextSteps, ...message.facts.map(({ value }) => value)]) {
        expect(line.trim()).not.toBe('');
      }
      expect(message.quote ?? '').not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}]/u);
      expect((message.quote ?? '').split('\n').length).toBeLessThanOrEqual(8);
      expect(JSON.stringify(message).length).toBeLessThan(15_000);
    }
  });
});
