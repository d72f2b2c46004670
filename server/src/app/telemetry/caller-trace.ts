/** Where a caller's trace goes on: the headers of W3C Trace Context. */
import { createTraceState, isSpanContextValid, type SpanContext } from '@opentelemetry/api';
import type { CallerTrace } from '../../model/tracing.ts';

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-[\x20-\x7e]*)?$/;
const SAMPLED = 1;

/** Null where there is none, or none that can be read. */
export function callerTrace({ traceparent, tracestate }: CallerTrace): SpanContext | null {
  if (traceparent === undefined || traceparent.length > 512) return null;
  const [, version, traceId = '', spanId = '', flags = '', more] = TRACEPARENT.exec(traceparent.trim()) ?? [];
  // Later versions may add to what the first one has; the first has nothing more.
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return null;
  const context: SpanContext = {
    ...{ traceId, spanId, isRemote: true, traceFlags: Number.parseInt(flags, 16) & SAMPLED },
    ...(tracestate !== undefined && { traceState: createTraceState(tracestate) }),
  };
  return isSpanContextValid(context) ? context : null;
}
