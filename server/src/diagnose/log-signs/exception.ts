/** The sign of last resort: an exception, panic or crash that says nothing more specific. */
import { thrownIn } from '../thrown.ts';
import { says, type Sign } from './sign.ts';

/** What other analyzers know better (memory), and what is no crash (interrupts, the end of a test run). */
const NOT_OURS = [
  'outofmemory',
  'out of memory',
  'memoryerror',
  'heap limit',
  'keyboardinterrupt',
  'systemexit',
  'cancellederror',
  'std::bad_alloc',
  'interruptedexception',
  'brokenpipeerror',
];

export const EXCEPTION_SIGN: Sign = {
  cause: 'unhandled-exception',
  kind: 'exception',
  find(line) {
    const thrown = thrownIn(line.text.trimEnd());
    return thrown === null || says(line, NOT_OURS) ? null : { subject: thrown.type };
  },
};
