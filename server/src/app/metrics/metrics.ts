/** The metrics of one process, behind the Metrics port, and the text that `/metrics` answers. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, type Metric, Registry } from 'prom-client';
import type { Metrics } from '../../model/ports/process.ts';
import { METRICS, type MetricDeclaration } from './metric-declarations.ts';

export type Labels = Readonly<Record<string, string>>;

export interface Reading {
  readonly labels: Labels;
  readonly value: number;
}

export interface Sample {
  /** Of a histogram: its name with `_bucket` (and the label `le`), `_sum` or `_count`. */
  readonly part: string;
  readonly labels: Labels;
  readonly value: number;
}

/** A metric as it is held. */
export interface MetricFamily {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly samples: readonly Sample[];
}

/** Reading these resets what they measure, which would take it from the next scrape. */
const RESET_BY_READING = 'nodejs_eventloop_lag_';

const BUCKETS = [0.002, 0.005, 0.01, 0.02, 0.035, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2.5, 5, 15, 60];

/** A name or label that is not declared is a bug and throws. */
export class PrometheusMetrics implements Metrics {
  readonly #registry = new Registry();
  readonly #counters = new Map<string, Counter>();
  readonly #gauges = new Map<string, Gauge>();
  readonly #histograms = new Map<string, Histogram>();

  constructor() {
    for (const [name, declaration] of Object.entries(METRICS)) this.#register(name, declaration);
    collectDefaultMetrics({ register: this.#registry });
  }

  count(name: string, labels: Labels, by = 1): void {
    declared(this.#counters, name).inc(labels, by);
  }

  gauge(name: string, labels: Labels, value: number): void {
    declared(this.#gauges, name).set(labels, value);
  }

  /** All series of a gauge at once: what is not among them is gone. */
  gauges(name: string, readings: Iterable<Reading>): void {
    const gauge = declared(this.#gauges, name);
    gauge.reset();
    for (const { labels, value } of readings) gauge.set(labels, value);
  }

  observe(name: string, labels: Labels, value: number): void {
    declared(this.#histograms, name).observe(labels, value);
  }

  /**
   * Counters begin at 0 for these values of labels, and for those that are declared: Prometheus sees no increase in a series that
   * begins at 1, and an alert on it would stay silent.
   */
  begin(known: Readonly<Record<string, readonly string[]>>): void {
    for (const [name, { type, labels, values = {} }] of Object.entries(METRICS)) {
      if (type !== 'counter') continue;
      for (const each of combinations(labels, { ...known, ...values })) this.count(name, each, 0);
    }
  }

  async text(): Promise<{ readonly contentType: string; readonly text: string }> {
    return { contentType: this.#registry.contentType, text: await this.#registry.metrics() };
  }

  /** What `/metrics` says, except `nodejs_eventloop_lag_*`. */
  async families(): Promise<readonly MetricFamily[]> {
    const names = this.#registry.getMetricsAsArray().map(({ name }) => name);
    const read = names.filter((name) => !name.startsWith(RESET_BY_READING)).map((name) => this.#family(name));
    return Promise.all(read);
  }

  async #family(name: string): Promise<MetricFamily> {
    const metric = this.#registry.getSingleMetric(name);
    if (metric === undefined) throw new Error(`metric ${name} is gone from the registry`);
    const { help, values } = await metric.get();
    const samples = values.map(({ labels, value, metricName = name }: HeldValue) => ({
      part: metricName,
      labels: Object.fromEntries(Object.entries(labels).map(([label, text]) => [label, String(text)])),
      value,
    }));
    return { name, help, type: typeOf(metric), samples };
  }

  #register(name: string, { type, help, labels }: MetricDeclaration): void {
    const shared = { name, help, labelNames: [...labels], registers: [this.#registry] };
    if (type === 'counter') this.#counters.set(name, new Counter(shared));
    else if (type === 'gauge') this.#gauges.set(name, new Gauge(shared));
    else this.#histograms.set(name, new Histogram({ ...shared, buckets: BUCKETS }));
  }
}

/** prom-client tells the part of histograms alone. */
interface HeldValue {
  readonly labels: Readonly<Partial<Record<string, string | number>>>;
  readonly value: number;
  readonly metricName?: string | undefined;
}

function typeOf(metric: Metric): MetricFamily['type'] {
  if (metric instanceof Counter) return 'counter';
  if (metric instanceof Gauge) return 'gauge';
  if (metric instanceof Histogram) return 'histogram';
  throw new Error('a metric is of a type that is not exported');
}

/** None where a label's values are not known. */
function combinations(labels: readonly string[], values: Readonly<Record<string, readonly string[]>>): Labels[] {
  return labels.reduce<Labels[]>(
    (found, label) => found.flatMap((each) => (values[label] ?? []).map((value) => ({ ...each, [label]: value }))),
    [{}],
  );
}

function declared<M>(metrics: ReadonlyMap<string, M>, name: string): M {
  const metric = metrics.get(name);
  if (metric === undefined) throw new Error(`metric ${name} is not declared in app/metrics/metric-declarations.ts`);
  return metric;
}
