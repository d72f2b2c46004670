/** What channels send, kept as files beside their code: a change of the layout is seen as such. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Channel } from '../../model/delivery.ts';
import { noticesOfEveryKind } from './notices.ts';

/** Those that every channel keeps: `<folder>/opened.json`, `<folder>/worse.json`, … */
const KEPT = [
  'opened',
  'worse',
  'diagnosed',
  'acknowledged',
  'resolved',
  'reminder',
  'escalated',
  'digest',
  'test',
  'grouped',
];

/** `folder` ends with a slash. The channel's preview, which the contract compares with what is sent, is what the file holds. */
export function keepsItsFixtures(name: string, channel: Channel, folder: URL): void {
  describe(`the fixtures of ${name}`, () => {
    it.each(KEPT)('hold what is sent when told %s', (kind) => {
      const notice = noticesOfEveryKind()[kind];
      if (notice === undefined) throw new Error(`there is no notice named ${kind}`);
      const file = new URL(`${kind}.json`, folder);
      expect(existsSync(file)).toBe(true);
      expect(JSON.parse(channel.preview(notice).body)).toEqual(JSON.parse(readFileSync(file, 'utf8')));
    });
  });
}
