/** The types of sinks there are, and how configured ones are made. */
import { schemaProblems } from '../kit/schema-problems.ts';
import { clickhouse } from './clickhouse/clickhouse.ts';
import { elasticsearch } from './elasticsearch/elasticsearch.ts';
import { file } from './file/file.ts';
import { FileBackedSink } from './file-backed.ts';
import { recordFilter } from './filter.ts';
import { http } from './http/http.ts';
import { kafka } from './kafka/kafka.ts';
import { loki } from './loki/loki.ts';
import { nats } from './nats/nats.ts';
import { otlp } from './otlp/otlp.ts';
import type { ConfiguredSink } from './run-options.ts';
import { type SecretFile, separateFiles, type Separated } from './secret-files.ts';
import { commonOf } from './settings.ts';
import type { SinkContext, SinkType } from './sink-type.ts';
import { stdout } from './stdout/stdout.ts';

const SINK_TYPES: readonly SinkType[] = [http, loki, elasticsearch, clickhouse, otlp, kafka, nats, file, stdout];

/** Makes every sink that can be made; every problem of the others comes with its path, never with a value. */
export function createSinks(
  configured: readonly unknown[],
  context: SinkContext,
): { sinks: readonly ConfiguredSink[]; errors: readonly string[]; secretFiles: readonly SecretFile[] } {
  const secretFiles: SecretFile[] = [];
  const sinks: ConfiguredSink[] = [];
  const errors: string[] = [];
  const names = new Set<string>();
  for (const [index, settings] of configured.entries()) {
    const path = `sinks[${String(index)}]`;
    const type = typeOf(settings);
    const kind = SINK_TYPES.find((known) => known.type === type);
    if (kind === undefined) {
      errors.push(`${path}.type: must be one of ${SINK_TYPES.map((known) => known.type).join(', ')}`);
      continue;
    }
    const separated = separateFiles(settings, kind.secrets, path);
    errors.push(...separated.problems);
    const parsed = kind.schema.safeParse(separated.settings);
    if (!parsed.success) {
      for (const problem of schemaProblems(parsed.error, kind.schema)) {
        errors.push(`${path}${problem.path === '' ? '' : '.'}${problem.path}: ${problem.message}`);
      }
      continue;
    }
    const { name } = commonOf(separated.settings);
    if (names.has(name)) errors.push(`${path}.name: ${name} is the name of another sink, too`);
    else sinks.push(configuredSink(kind, separated, context));
    secretFiles.push(...separated.files);
    names.add(name);
  }
  return { sinks, errors, secretFiles };
}

function configuredSink(kind: SinkType, { settings, files }: Separated, context: SinkContext): ConfiguredSink {
  const common = commonOf(settings);
  const { name, from, batch } = common;
  const sink =
    files.length === 0 ? kind.create(settings, context) : new FileBackedSink({ name, kind, settings, files, context });
  const about = { name, type: kind.type, target: kind.target(settings), takes: common };
  return { sink, about, from, batch, wants: recordFilter(common) };
}

function typeOf(settings: unknown): unknown {
  return typeof settings === 'object' && settings !== null && 'type' in settings ? settings.type : undefined;
}
