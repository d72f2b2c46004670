/** What every store must do with silences: keep them as they are, end them once, and say who did. */
import { expect, it } from 'vitest';
import { ConflictError } from '../../model/ports/store.ts';
import { type Silence, silenceState, type SilenceState } from '../../model/silence.ts';
import { DAY_MS } from '../event-id.ts';
import { seeded } from './events.ts';
import { readOn } from './feed-readers.ts';
import type { OpenTestStore } from './open-test-store.ts';

const NOW = Date.UTC(2026, 2, 10, 12);
const EVIL = 'a\0b\ud800c\'"\\; DROP TABLE silences --';
const REPAIRED = 'ab\ufffdc\'"\\; DROP TABLE silences --';

function silence(id: string, parts: Partial<Silence> = {}): Silence {
  return {
    id,
    matchers: [
      { name: 'namespace', operator: '=', value: 'shop' },
      { name: 'label.team', operator: '=~', value: 'pay.*' },
    ],
    startsAt: NOW,
    endsAt: NOW + 3_600_000,
    createdBy: 'Ann',
    createdAt: NOW,
    comment: 'the move of the database',
    expiredAt: null,
    scope: [{ cluster: 'c1', namespaces: ['shop', 'bill-*'] }],
    ...parts,
  };
}

export function silencesContract(open: OpenTestStore): void {
  it('keeps silences as they are, and says who made and ended them', async () => {
    const opened = await open({ now: NOW });
    const { silences, audit, feed } = opened;
    const from = await feed.end();
    const one = silence('one');
    await silences.addSilence(one, 'oidc:ann');
    expect(await silences.silence('one')).toEqual(one);
    expect(await silences.silence('One')).toBeNull();
    const replica = await opened.reopen();
    const ended = { ...one, expiredAt: NOW + 9 };
    expect(await replica.silences.expireSilence('one', 'oidc:bob', NOW + 9)).toEqual(ended);
    // What has ended stays as it was, and nobody did anything.
    expect(await silences.expireSilence('one', 'oidc:eve', NOW + 10)).toEqual(ended);
    expect(await silences.expireSilence('no such', 'oidc:eve', NOW + 10)).toBeNull();
    await silences.addSilence(silence('past', { endsAt: NOW + 5 }), 'oidc:ann');
    expect(await silences.expireSilence('past', 'oidc:eve', NOW + 5)).toEqual(silence('past', { endsAt: NOW + 5 }));
    const { matchers, startsAt, endsAt, comment } = one;
    expect((await audit.entries({ limit: 9 })).items).toMatchObject([
      { actor: 'oidc:ann', action: 'silence.create', target: 'past' },
      {
        at: NOW + 9,
        actor: 'oidc:bob',
        action: 'silence.expire',
        target: 'one',
        detail: { matchers, startsAt, endsAt },
      },
      {
        at: NOW,
        actor: 'oidc:ann',
        action: 'silence.create',
        target: 'one',
        detail: { matchers, startsAt, endsAt, comment },
      },
    ]);
    const told = await readOn(feed, from, 3);
    expect(told.map(({ topics, incidentIds }) => [topics, incidentIds])).toEqual(Array(3).fill([['silences'], []]));
  });

  it('makes no second silence of an id, and no entry about it', async () => {
    const { silences, audit } = await open({ now: NOW });
    await silences.addSilence(silence('a'), 'ann');
    await expect(silences.addSilence(silence('a', { comment: 'other' }), 'bob')).rejects.toThrow(ConflictError);
    expect(await silences.silence('a')).toEqual(silence('a'));
    expect((await audit.entries({ limit: 9 })).items).toHaveLength(1);
  });

  it('ends a silence once, however many ask for it at once', async () => {
    const opened = await open({ now: NOW });
    const replica = await opened.reopen();
    await opened.silences.addSilence(silence('a'), 'ann');
    const stores = [opened, replica, opened, replica, opened];
    const ended = await Promise.all(stores.map(({ silences }, i) => silences.expireSilence('a', 'bob', NOW + i)));
    expect(new Set(ended.map((each) => each?.expiredAt)).size).toBe(1);
    expect((await opened.audit.entries({ actions: ['silence.expire'], limit: 9 })).items).toHaveLength(1);
    expect(await opened.audit.verify()).toMatchObject({ entries: 2, brokenAt: null });
  });

  it('lists them by state at a moment as the model says, those that end last first', async () => {
    const { silences } = await open({ now: NOW });
    const random = seeded(5);
    const near = () => NOW + Math.floor(random() * 9) - 4;
    const all: Silence[] = [];
    for (let i = 0; i < 60; i++) {
      const [startsAt, endsAt] = [near(), near()].sort() as [number, number];
      const expiredAt = random() < 0.3 && endsAt > startsAt ? endsAt - 1 : null;
      all.push(silence(`s${String(i)}`, { startsAt, endsAt, expiredAt }));
    }
    for (const each of all) await silences.addSilence(each, 'ann');
    const end = ({ endsAt, expiredAt }: Silence) => expiredAt ?? endsAt;
    for (const states of [['pending'], ['active'], ['expired'], ['active', 'pending'], [], undefined] as const) {
      for (let now = NOW - 5; now <= NOW + 5; now++) {
        const wanted = all
          .filter((each) => (states as readonly SilenceState[] | undefined)?.includes(silenceState(each, now)) ?? true)
          .sort((a, b) => end(b) - end(a) || (a.id < b.id ? -1 : 1));
        expect(await silences.silences(now, states), `${String(states)} ${String(now - NOW)}`).toEqual(wanted);
        expect(await silences.silences(now, states, 3)).toEqual(wanted.slice(0, 3));
      }
    }
  });

  it('takes whatever people write, 100 kB of it, too', async () => {
    const { silences } = await open({ now: NOW });
    const [long, stored] = [EVIL, REPAIRED].map((text) => text.repeat(2_800));
    const texts = (text = '') => ({
      comment: text,
      createdBy: text,
      matchers: [{ name: text, operator: '!~', value: text } as const],
    });
    await silences.addSilence(silence('a', texts(long)), long ?? '');
    expect(await silences.silence('a')).toEqual(silence('a', texts(stored)));
    expect(await silences.expireSilence('a', long ?? '', NOW + 1)).toMatchObject({
      comment: stored,
      expiredAt: NOW + 1,
    });
    expect(await silences.silence('a\0')).toBeNull();
    expect(await silences.expireSilence('a\0', 'eve', NOW)).toBeNull();
  });

  it('forgets what ended 90 days ago', async () => {
    const opened = await open({ now: NOW });
    const { silences, clock } = opened;
    await silences.addSilence(silence('past', { endsAt: NOW }), 'ann');
    await silences.addSilence(silence('ended', { endsAt: NOW + 400 * DAY_MS, expiredAt: NOW }), 'ann');
    await silences.addSilence(silence('long', { endsAt: NOW + 400 * DAY_MS }), 'ann');
    const left = async () => (await silences.silences(clock.now())).map(({ id }) => id);
    clock.advanceTo(NOW + 90 * DAY_MS);
    await opened.maintain();
    expect(await left()).toEqual(['long', 'ended', 'past']);
    clock.advanceTo(NOW + 90 * DAY_MS + 1);
    await opened.maintain();
    expect(await left()).toEqual(['long']);
  });
}
