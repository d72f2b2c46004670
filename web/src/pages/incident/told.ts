/** Who was told about an incident, from the entries of its timeline. */
import type { WireTimelineEntry } from '@tattle/contract';

export interface Told {
  readonly at: string;
  readonly channel: string;
  readonly what: string;
  readonly outcome: string;
  readonly isGood: boolean;
}

const WHAT: Readonly<Record<string, string>> = {
  opened: 'that it began',
  worse: 'that it got worse',
  resolved: 'that it ended',
  test: 'as a test',
};

const OUTCOMES: Readonly<Record<string, string>> = {
  pending: 'waits to be sent',
  delivered: 'delivered',
  dead: 'could not be delivered',
  suppressed: 'not sent: of a replay',
  disabled: 'the channel is gone',
};

/** As the API writes them: `opened to slack: delivered`. The newest first; what reads otherwise is left out of the list, not of the timeline. */
export function toldOf(timeline: readonly WireTimelineEntry[]): readonly Told[] {
  return timeline
    .flatMap(({ kind, at, text }) => {
      const [, what, channel, status] = (kind === 'notice' ? /^(\w+) to ([\s\S]+): (\w+)$/.exec(text) : null) ?? [];
      if (what === undefined || channel === undefined || status === undefined) return [];
      return [
        { at, channel, what: WHAT[what] ?? what, outcome: OUTCOMES[status] ?? status, isGood: status === 'delivered' },
      ];
    })
    .reverse();
}
