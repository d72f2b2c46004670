/** Spans by OpenTelemetry's SDK. What is begun within a span is its child, by a context of our own: nothing global is touched. */
import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Attributes,
  type Context,
  type Link,
  ROOT_CONTEXT,
  type Span as SdkSpan,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Tracer,
} from '@opentelemetry/api';
import type { OpenSpan, SpanAttributes, SpanStart, Tracing } from '../../model/tracing.ts';
import { UNTRACED } from '../../model/tracing.ts';
import { callerTrace } from './caller-trace.ts';
import { IncidentLinks } from './incident-links.ts';

interface Within {
  readonly span: RecordedSpan;
  readonly context: Context;
}

export function createTracing(tracer: Tracer): Tracing {
  const within = new AsyncLocalStorage<Within>();
  const links = new IncidentLinks();
  const begin = ({ name, attributes = {} }: SpanStart, kind: SpanKind, parent: Context): Within => {
    const options = { kind, attributes: written(attributes), links: linksOf(attributes, links) };
    const sdkSpan = tracer.startSpan(name, options, parent);
    const span = new RecordedSpan(sdkSpan, links);
    span.remember(attributes);
    return { span, context: trace.setSpan(parent, sdkSpan) };
  };
  return {
    span: (start, work) => {
      const kind = start.kind === 'client' ? SpanKind.CLIENT : SpanKind.INTERNAL;
      const begun = begin(start, kind, within.getStore()?.context ?? ROOT_CONTEXT);
      return within.run(begun, async () => {
        try {
          return await work(begun.span);
        } catch (error) {
          // Its message may hold anything.
          begun.span.fail(error instanceof Error ? error.name : typeof error);
          throw error;
        } finally {
          begun.span.end();
        }
      });
    },
    request: (start, caller, run) => {
      const parent = callerTrace(caller);
      const context = parent === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent);
      const begun = begin(start, SpanKind.SERVER, context);
      within.run(begun, () => run(begun.span));
    },
    current: () => within.getStore()?.span ?? UNTRACED.current(),
  };
}

class RecordedSpan implements OpenSpan {
  readonly #span: SdkSpan;
  readonly #links: IncidentLinks;
  #isForgotten = false;

  constructor(span: SdkSpan, links: IncidentLinks) {
    this.#span = span;
    this.#links = links;
  }

  set(attributes: SpanAttributes): void {
    this.#span.setAttributes(written(attributes));
    this.remember(attributes);
  }

  fail(reason: string): void {
    this.#span.setStatus({ code: SpanStatusCode.ERROR }).setAttribute('error.type', reason);
  }

  /** Only what has ended is ever sent. */
  forget(): void {
    this.#isForgotten = true;
  }

  end(): void {
    if (!this.#isForgotten) this.#span.end();
  }

  /** So that what comes next about these incidents is linked to this. */
  remember(attributes: SpanAttributes): void {
    const context = this.#span.spanContext();
    if ((context.traceFlags & TraceFlags.SAMPLED) === 0) return;
    for (const id of incidentsOf(attributes)) this.#links.remember(id, context);
  }
}

function incidentsOf(attributes: SpanAttributes): readonly string[] {
  const one = attributes['tattle.incident.id'];
  const several = attributes['tattle.incident.ids'];
  return [...(typeof one === 'string' ? [one] : []), ...(Array.isArray(several) ? (several as readonly string[]) : [])];
}

function linksOf(attributes: SpanAttributes, links: IncidentLinks): Link[] {
  return incidentsOf(attributes).flatMap((id) => {
    const context = links.lastOf(id);
    return context === undefined ? [] : { context };
  });
}

function written(attributes: SpanAttributes): Attributes {
  const entries = Object.entries(attributes).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries);
}
