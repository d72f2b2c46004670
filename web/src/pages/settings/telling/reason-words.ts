/** Why somebody is told of an incident, or not, in a few words. */
import type { WireNoticeDecision } from '@tattle/contract';

const WORDS: Readonly<Record<WireNoticeDecision['reason'], string>> = {
  routed: 'Told by a route',
  'no-channel': 'There is no such channel',
  'no-rule': 'No rule asks for it',
  'below-count': 'A rule wants more of it',
  cooldown: 'A rule spoke of it lately',
  'no-route': 'No route takes it',
  'not-wanted': 'The route or channel does not take this turn',
  silenced: 'Silenced',
  maintenance: 'In maintenance',
  inhibited: 'Explained by another incident',
  'quiet-hours': 'Quiet hours: in the summary after',
  digest: 'In the daily summary',
  grouped: 'A moment later, together with others',
  changed: 'Its own message was changed, too',
  'too-many': 'Too many: in a summary',
  'not-told-before': 'Nobody was told that it began',
  'nothing-new': 'Nothing new to tell',
  acknowledged: 'Somebody has acknowledged it',
  over: 'Over before anybody was told',
  merged: 'Told with the incident it was merged into',
  replay: 'Of a recording',
};

/** One that these pages do not know stands as it is. */
export function reasonWords(reason: string): string {
  return Object.hasOwn(WORDS, reason) ? WORDS[reason as WireNoticeDecision['reason']] : reason;
}
