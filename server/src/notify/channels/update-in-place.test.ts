import { describe, expect, it } from 'vitest';
import type { Notice } from '../../model/delivery.ts';
import { aDigest, anIncident, aNotice, someAlso } from '../testing/notices.ts';
import { type Step, updateInPlace } from './update-in-place.ts';

const done: Step = { kind: 'delivered', statusCode: 200 };

/** What was done for a notice, and what came of it. */
async function tell(
  notice: Notice,
  receipt: string | null,
  answers: { change?: Step; answer?: Step; post?: Step } = {},
) {
  const did: string[] = [];
  const board = {
    id: /^\d+$/,
    post: async () => {
      did.push('post');
      return answers.post ?? { ...done, receipt: '2' };
    },
    change: async (id: string) => {
      did.push(`change ${id}`);
      return answers.change ?? done;
    },
    answer: async (id: string) => {
      did.push(`answer ${id}`);
      return answers.answer ?? { ...done, receipt: '3' };
    },
  };
  return { outcome: await updateInPlace(notice, receipt, board), did };
}

describe('later notices of an incident', () => {
  it('stay with the message that told of it first', async () => {
    const { outcome, did } = await tell(aNotice({ kind: 'worse' }), '1');
    expect(did).toEqual(['change 1', 'answer 1']);
    expect(outcome).toMatchObject({ receipt: '1' });
  });

  it('take the message up again when the problem comes back', async () => {
    const notice = aNotice({ incident: anIncident({ state: 'regressed' }) });
    expect((await tell(notice, '1')).did).toEqual(['change 1', 'answer 1']);
  });

  it('come anew when they tell of several incidents, when they sum up, and when they try the channel', async () => {
    for (const notice of [aNotice({ kind: 'worse', also: someAlso() }), aDigest(), aNotice({ kind: 'test' })]) {
      expect((await tell(notice, '1')).did).toEqual(['post']);
    }
  });

  it('answer a message that told of several incidents, and never write over it', async () => {
    const { outcome } = await tell(aNotice({ also: someAlso() }), null);
    const receipt = outcome.kind === 'delivered' ? (outcome.receipt ?? '') : '';
    const later = await tell(aNotice({ kind: 'diagnosed' }), receipt);
    expect(later.did).toEqual(['answer 2']);
    expect(later.outcome).toMatchObject({ receipt });
  });

  it('answer what cannot be changed any more', async () => {
    const { did } = await tell(aNotice({ kind: 'diagnosed' }), '1', { change: { kind: 'unchangeable' } });
    expect(did).toEqual(['change 1', 'answer 1']);
  });

  it('are written anew when there is nothing to answer', async () => {
    const { outcome, did } = await tell(aNotice({ kind: 'resolved' }), '1', { answer: { kind: 'missing' } });
    expect(did).toEqual(['change 1', 'answer 1', 'post']);
    expect(outcome).toMatchObject({ receipt: '2' });
  });

  it('that disturb nobody change the message, and do no more', async () => {
    for (const silent of [aNotice({ kind: 'acknowledged' }), aNotice({ kind: 'resolved', isChange: true })]) {
      const { outcome, did } = await tell(silent, '1');
      expect(did).toEqual(['change 1']);
      expect(outcome).toMatchObject({ kind: 'delivered', receipt: '1' });
      for (const kind of ['missing', 'unchangeable'] as const) {
        const gone = await tell(silent, '1', { change: { kind } });
        expect(gone).toMatchObject({ did: ['change 1'], outcome: { kind: 'delivered', receipt: '1' } });
      }
      for (const receipt of [null, '1+several', 'nonsense']) {
        expect(await tell(silent, receipt)).toMatchObject({ did: [], outcome: { kind: 'delivered' } });
      }
      const failed: Step = { kind: 'retry', error: 'busy', statusCode: 503 };
      expect((await tell(silent, '1', { change: failed })).outcome).toEqual(failed);
    }
  });

  it('are tried again, at most, by an end that contradicts itself', async () => {
    const { outcome } = await tell(aNotice(), null, { post: { kind: 'missing' } });
    expect(outcome).toMatchObject({ kind: 'retry' });
  });
});
