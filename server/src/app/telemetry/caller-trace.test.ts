import { expect, it } from 'vitest';
import { callerTrace } from './caller-trace.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';
const of = (traceparent: string, tracestate?: string) => callerTrace({ traceparent, tracestate });

it('reads the first version, and what later ones add to it', () => {
  expect(of(`00-${TRACE}-${SPAN}-01`)).toEqual({ traceId: TRACE, spanId: SPAN, traceFlags: 1, isRemote: true });
  expect(of(`00-${TRACE}-${SPAN}-00`)?.traceFlags).toBe(0);
  expect(of(`cc-${TRACE}-${SPAN}-03-what-will-be`)?.traceFlags).toBe(1);
  expect(of(`00-${TRACE}-${SPAN}-01`, 'a=1,b=2')?.traceState?.serialize()).toBe('a=1,b=2');
});

it.each([
  ['nothing', ''],
  ['another form', 'b3=0af7651916cd43dd'],
  ['capitals', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
  ['the version that is none', `ff-${TRACE}-${SPAN}-01`],
  ['more than the first version has', `00-${TRACE}-${SPAN}-01-x`],
  ['zeros', `00-${'0'.repeat(32)}-${SPAN}-01`],
  ['a span of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
  ['two of them', `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`],
  ['a flood', `cc-${TRACE}-${SPAN}-01-${'x'.repeat(9000)}`],
])('takes %s for none', (_, header) => {
  expect(of(header)).toBeNull();
});

it('has none where no header came', () => {
  expect(callerTrace({ traceparent: undefined, tracestate: undefined })).toBeNull();
});
