/** The part of the channel contract for channels whose later notices change the first message, and follow it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Channel, DeliveryOutcome, Notice } from '../../model/delivery.ts';
import {
  acceptingEndpoint,
  attempt,
  type ChannelContract,
  type MessageUpdates,
  trustedContext,
} from './contract-terms.ts';
import { answers, type FaultyEndpoint } from './faulty-endpoint.ts';
import { anIncident, aNotice, noticesOfEveryKind } from './notices.ts';

/** Told in a message of their own as well, since nobody is notified of a change. */
const NOTICED = ['worse', 'resolved', 'reminder', 'escalated'];
const taken = anIncident({ state: 'acknowledged' });
const over = anIncident({ state: 'resolved', resolvedAt: 2000 });
/** They change a message, and are told of in no other way. */
const SILENT: Readonly<Record<string, Notice>> = {
  'an acknowledgement': aNotice({ kind: 'acknowledged', incident: taken, acknowledgedBy: 'ana' }),
  'an end that was told together with others': aNotice({ kind: 'resolved', incident: over, isChange: true }),
};
const NONSENSE = ['', 'nonsense', '../../admin', '{"channel":"../x","ts":"?a=b"}', '{', 'null', '9'.repeat(1000)];

export function updateContract(name: string, contract: ChannelContract, updates: MessageUpdates): void {
  describe(`the channel contract: ${name}, its later messages`, () => {
    let endpoint: FaultyEndpoint;
    let channel: Channel;

    beforeEach(async () => {
      endpoint = await acceptingEndpoint(contract);
      channel = contract.type.create(contract.settings(`${endpoint.url}${contract.secret}`), trustedContext());
    });
    afterEach(() => endpoint.close());

    const deliver = (notice: Notice, receipt: string | null) => attempt(channel, notice, contract, { receipt });
    const ofKind = (kind: string) => noticesOfEveryKind()[kind] ?? aNotice();

    /** The receipt of the first message; what was sent for it is forgotten. */
    async function first(): Promise<string> {
      const receipt = receiptOf(await deliver(ofKind('opened'), null));
      expect(receipt.length).toBeLessThanOrEqual(1000);
      endpoint.received.length = 0;
      return receipt;
    }

    /** What came, in words, in any order. */
    const came = () =>
      endpoint.received
        .map((received) => (updates.isChange(received) ? 'change' : updates.isReply(received) ? 'reply' : 'message'))
        .sort();

    it.each(['diagnosed', 'acknowledged'])('changes the message without another one when told %s', async (kind) => {
      expect(channel.wants).toContain(kind);
      const receipt = await first();
      expect(receiptOf(await deliver(ofKind(kind), receipt))).toBe(receipt);
      expect(came()).toEqual(['change']);
    });

    it.each(Object.keys(SILENT))('disturbs nobody with %s, whatever became of the message', async (name) => {
      const notice = SILENT[name] ?? aNotice();
      expect(await deliver(notice, null)).toMatchObject({ kind: 'delivered' });
      const together = receiptOf(await deliver(ofKind('grouped'), null));
      endpoint.received.length = 0;
      expect(await deliver(notice, together)).toMatchObject({ kind: 'delivered' });
      expect(came()).toEqual([]);
      const receipt = await first();
      expect(receiptOf(await deliver(notice, receipt))).toBe(receipt);
      endpoint.answer = updates.messageIsGone;
      expect(await deliver(notice, receipt)).toMatchObject({ kind: 'delivered' });
      expect(came()).toEqual(['change', 'change']);
      endpoint.answer = answers.status(503);
      expect(await deliver(notice, receipt)).toMatchObject({ kind: 'retry' });
    });

    it.each(NOTICED)('changes the message and answers it when told %s', async (kind) => {
      const receipt = await first();
      expect(receiptOf(await deliver(ofKind(kind), receipt))).toBe(receipt);
      expect(came()).toEqual(['change', 'reply']);
    });

    it('writes a new message when somebody deleted the first one', async () => {
      const receipt = await first();
      const { answer } = endpoint;
      endpoint.answer = (response, received) =>
        (updates.isChange(received) ? updates.messageIsGone : answer)(response, received);
      for (const kind of ['diagnosed', ...NOTICED]) {
        endpoint.received.length = 0;
        expect(receiptOf(await deliver(ofKind(kind), receipt))).not.toBe('');
        expect(came()).toEqual(['change', 'message']);
      }
    });

    it('answers a message that told of several incidents, and leaves it as it is', async () => {
      const receipt = receiptOf(await deliver(ofKind('grouped'), null));
      endpoint.received.length = 0;
      expect(receiptOf(await deliver(ofKind('resolved'), receipt))).toBe(receipt);
      expect(came()).toEqual(['reply']);
    });

    it('asks for a retry, and changes again, when the answer could not be sent', async () => {
      const receipt = await first();
      const { answer } = endpoint;
      endpoint.answer = (response, received) =>
        (updates.isReply(received) ? answers.status(503) : answer)(response, received);
      expect(await deliver(ofKind('worse'), receipt)).toMatchObject({ kind: 'retry', statusCode: 503 });
      endpoint.answer = answer;
      expect(receiptOf(await deliver(ofKind('worse'), receipt))).toBe(receipt);
    });

    it('does not write a second message when the change only failed for now', async () => {
      const receipt = await first();
      endpoint.answer = answers.status(503);
      expect(await deliver(ofKind('worse'), receipt)).toMatchObject({ kind: 'retry' });
      expect(came()).not.toContain('message');
    });

    it.each(NONSENSE)('writes a new message for the receipt %j, which none of its messages has', async (receipt) => {
      expect(await deliver(ofKind('worse'), receipt)).toMatchObject({ kind: 'delivered' });
      expect(came()).toEqual(['message']);
    });
  });
}

function receiptOf(outcome: DeliveryOutcome): string {
  expect(outcome).toMatchObject({ kind: 'delivered', receipt: expect.any(String) });
  return outcome.kind === 'delivered' ? (outcome.receipt ?? '') : '';
}
