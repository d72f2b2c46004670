/** Lines that tell of success: what was complained of before is over. */
import type { LogLine } from './log-line.ts';

const SUCCESS = [
  ...[
    'connected to ',
    'connected successfully',
    'connection established',
    'connection restored',
    'successfully connected',
    'reconnected',
    'recovered',
    'connection succeeded',
    'is healthy again',
    'now available',
    'connection ok',
  ],
  ...[
    'retry succeeded',
    'ready to accept connections',
    'succeeded after',
    'server started',
    'application startup complete',
    'started application',
  ],
];
const NO_SUCCESS = ['not ', 'fail', 'could', 'unable', 'error', "n't", 'lost', 'refused', 'disconnected'];

export function tellsOfSuccess({ low }: LogLine): boolean {
  const head = low.slice(0, 300);
  return SUCCESS.some((words) => head.includes(words)) && !NO_SUCCESS.some((words) => head.includes(words));
}
