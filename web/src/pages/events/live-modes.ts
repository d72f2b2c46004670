/** What a list does when events come, as the address has it under `live`. */

/** How often a list that follows is read anew at the most. */
export const FOLLOW_MS = 1500;

const LIVE = { value: '', words: 'Live', about: 'Say how much is new', onButton: 'Live' };

export const LIVE_MODES = [
  LIVE,
  {
    value: 'follow',
    words: 'Follow',
    about: 'At the top of the list, show what is new by itself',
    onButton: 'Following',
  },
  { value: 'off', words: 'Off', about: 'Do not look for what is new', onButton: 'Not live' },
];

/** What is not known is the usual. */
export function liveMode(query: URLSearchParams) {
  return LIVE_MODES.find(({ value }) => value === query.get('live')) ?? LIVE;
}
