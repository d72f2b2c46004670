/** What every channel must do with every kind of notice, and with good, bad and hostile ends. A new channel's test calls this. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Channel, TURNS } from '../../model/delivery.ts';
import { acceptingEndpoint, attempt, type ChannelContract, type OtherEnd, trustedContext } from './contract-terms.ts';
import { httpContract } from './http-contract.ts';
import { HOSTILE_TEXTS, hostileNotices } from './hostile-notices.ts';
import { aNotice, noticesOfEveryKind } from './notices.ts';
import { updateContract } from './update-contract.ts';

export { attempt, trustedContext } from './contract-terms.ts';
export type { ChannelContract } from './contract-terms.ts';

export function channelContract(name: string, contract: ChannelContract): void {
  describe(`the channel contract: ${name}`, () => {
    let end: OtherEnd;
    let channel: Channel;

    beforeEach(async () => {
      end = contract.openEnd === undefined ? await acceptingEndpoint(contract) : await contract.openEnd();
      channel = contract.type.create(contract.settings(`${end.url}${contract.secret}`), trustedContext());
    });
    afterEach(() => end.close());

    it.each(Object.entries(noticesOfEveryKind()))('delivers, and previews, %s', async (_, notice) => {
      expect(await attempt(channel, notice, contract)).toMatchObject({ kind: 'delivered' });
      // A message that is only changed has to be there.
      const isChange = channel.changesMessages === true && notice.kind === 'acknowledged';
      if (isChange || contract.silentAbout?.includes(notice.kind) === true) {
        expect(end.received).toEqual([]);
        return;
      }
      expect(end.received).toHaveLength(1);
      const [message] = end.received;
      if (message === undefined) throw new Error('nothing came');
      contract.verify?.(message);
      const preview = channel.preview(notice);
      expect(comparable(preview.body)).toEqual(comparable(contract.previewed?.(message) ?? message.body));
      expect(JSON.stringify(preview)).not.toContain(contract.secret);
    });

    it('wants to know who looks at it only where nobody is disturbed with that', () => {
      const wants = contract.wantsAcknowledgements === true || channel.changesMessages === true;
      expect(channel.wants.has('acknowledged')).toBe(wants);
      expect(channel.changesMessages === true).toBe(contract.updates !== undefined);
    });

    it('wants the turns of an incident', () => {
      for (const turn of TURNS) expect(channel.wants).toContain(turn);
    });

    it.each(Object.entries(HOSTILE_TEXTS))('does no harm with %s', async (_, text) => {
      for (const notice of hostileNotices(text)) {
        expect(await attempt(channel, notice, contract)).toMatchObject({ kind: 'delivered' });
      }
      expect(end.received.length).toBeGreaterThan(0);
      for (const message of end.received) contract.assertHarmless(message, text);
    });

    it('sends the same identity over retries', async () => {
      await attempt(channel, aNotice(), contract);
      await attempt(channel, aNotice(), contract, { number: 2 });
      const identities = end.received.map((message) => contract.identity?.(message) ?? message.body);
      expect(identities).toHaveLength(2);
      expect(new Set(identities).size).toBe(1);
    });

    it('asks for a retry when nothing listens, and when it is told to stop', async () => {
      expect(await attempt(channel, aNotice(), contract, { signal: AbortSignal.abort() })).toMatchObject({
        kind: 'retry',
      });
      await end.close();
      expect(await attempt(channel, aNotice(), contract)).toMatchObject({ kind: 'retry', statusCode: null });
    });

    it('sends nothing to an address inside when its settings came from outside', async () => {
      const settings = contract.settings(`${end.url}${contract.secret}`);
      channel = contract.type.create(settings, { ...trustedContext(), trusted: false });
      const outcome = await attempt(channel, aNotice(), contract);
      expect(outcome).toMatchObject({ kind: 'failed', error: expect.stringContaining('allow-list') });
      expect(end.received).toHaveLength(0);
    });
  });

  if (contract.openEnd === undefined) httpContract(name, contract);
  if (contract.updates !== undefined) updateContract(name, contract, contract.updates);
}

/** JSON by its value, since the order of its keys says nothing. */
function comparable(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return body;
  }
}
