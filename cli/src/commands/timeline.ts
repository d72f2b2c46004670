/** `tattle timeline`: events, changes, incidents and gaps of a place together, like a log. */
import { type Command, Option } from 'commander';
import type { WirePlaceTimeline } from '@tattle/contract';
import { sayUnwatched } from '../connection.ts';
import type { LoadEngine } from '../engine.ts';
import { apiTime, readObject } from '../event-query.ts';
import { outputOption, structured } from '../forms.ts';
import { widthOf } from '../incident-lines.ts';
import { type Manual, READING_EXITS, withManual } from '../manual.ts';
import { placeTimelineText } from '../place-timeline-text.ts';
import type { Surroundings } from '../surroundings.ts';
import {
  type NamespaceFlags,
  namespacesOf,
  type TargetFlags,
  wholeNumber,
  withNamespaces,
  withTarget,
} from './flags.ts';
import { over } from './over.ts';

const FORMS = ['text', 'json', 'jsonl', 'yaml'] as const;

interface Flags extends TargetFlags, NamespaceFlags {
  readonly cluster?: string;
  readonly since?: string;
  readonly until?: string;
  readonly limit: number;
  readonly output: (typeof FORMS)[number];
}

const MANUAL: Manual = {
  summary: 'what happened at a place: events, changes, incidents, gaps',
  about: [
    'Tells what happened, the oldest first: events where they were last seen, changes of objects field by field, incidents as they opened and were resolved (those that went on already, where the range begins), and gaps, in which nobody watched. A word says what each line is; the id of an incident stands in brackets.',
    'Without an object or a namespace it is about all that is watched; gaps are of whole clusters, and told only then. In JSON and YAML, partial says whether there was more than is shown.',
  ],
  examples: [
    ['tattle timeline deploy/web -n shop --since 6h', 'of one object'],
    ['tattle timeline -n shop', 'of a namespace, the last day'],
    ['tattle timeline --since 2026-01-31T14:00:00Z --until 2026-01-31T15:00:00Z', 'of everything, for one hour'],
    ['tattle timeline -o jsonl | jq \'select(.kind == "change")\'', 'for programs'],
  ],
  exits: READING_EXITS,
};

export function timelineCommand(program: Command, surroundings: Surroundings, loadEngine: LoadEngine): void {
  const described = withManual(program.command('timeline'), MANUAL).argument(
    '[object]',
    'of this one alone, as KIND/NAME: pod/web-1, deploy/web',
  );
  const command = withNamespaces(described, 'in these namespaces')
    .option('--cluster <uid>', 'in this cluster, by uid or name')
    .option('--since <time>', 'from then on: 30m, 6h, 2d12h, or 2026-01-31T14:00:00Z (default: a day before its end)')
    .option('--until <time>', 'until then (default: now)')
    .addOption(new Option('--limit <n>', 'the newest so many').default(200).argParser(wholeNumber(1, 1000)))
    .addOption(outputOption(FORMS, 'text'));
  withTarget(command).action((object: string | undefined, flags: Flags) => {
    const query = timelineQuery(object, flags);
    return over(flags, surroundings, loadEngine, async (connection) => {
      const timeline = (await connection.get('/api/v1/timeline', query, 'items')) as WirePlaceTimeline;
      await tell(timeline, flags, surroundings);
      await sayUnwatched(connection, surroundings);
    });
  });
}

function timelineQuery(object: string | undefined, flags: Flags): URLSearchParams {
  const { cluster, since, until, limit } = flags;
  const query = new URLSearchParams();
  if (object !== undefined) {
    const { kind, name } = readObject(object, `"${object}"`);
    query.set('kind', kind);
    query.set('name', name);
  }
  for (const name of namespacesOf(flags)) query.append('namespace', name);
  if (cluster !== undefined) query.set('cluster', cluster);
  if (since !== undefined) query.set('from', apiTime('--since', since));
  if (until !== undefined) query.set('to', apiTime('--until', until));
  query.set('limit', String(limit));
  return query;
}

async function tell(
  timeline: WirePlaceTimeline,
  { output }: Pick<Flags, 'output'>,
  { stdout, stderr }: Surroundings,
): Promise<void> {
  const { items, partial } = timeline;
  if (output === 'text') await stdout.write(placeTimelineText(timeline, widthOf(stdout)));
  else await stdout.write(structured(output === 'jsonl' ? items : timeline, output));
  if (!stderr.isTerminal) return;
  if (items.length === 0) await stderr.write('Nothing is known of it in that time.\n');
  else if (partial && output !== 'text') await stderr.write(`There is more: the newest ${items.length} are shown.\n`);
}
