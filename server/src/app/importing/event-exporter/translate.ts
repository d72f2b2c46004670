/** A configuration of kubernetes-event-exporter as one of Tattle. Pure: text in, text and report out. */
import { Draft } from '../draft.ts';
import type { Fields } from '../fields.ts';
import type { Notes } from '../notes.ts';
import { tellPlaceholders, tellSecrets } from '../placeholders.ts';
import { divideDrops } from './filter.ts';
import { receiverTarget } from './receivers.ts';
import { readRoutes, type Way } from './source-rules.ts';
import { translateTop } from './top.ts';
import { expressionOf, isUnconditional, sinkSelection } from './ways.ts';

export function isEventExporter(fields: Fields): boolean {
  return fields.has('receivers') || fields.has('route');
}

export function translateEventExporter(source: Fields, notes: Notes): string {
  const draft = new Draft(notes);
  const { drops, ways, tooMany, unknown } = readRoutes(source.fields('route'));
  const { filter, rest } = divideDrops(drops, notes);
  translateTop(source, filter, draft, notes);
  if (tooMany) notes.missing('route', 'has more ways to receivers than are taken: the rest has to be written by hand');
  const receivers = source.list('receivers');
  for (const receiver of receivers) {
    const name = receiver.text('name') ?? '';
    const own = ways.filter((way) => way.receiver === name);
    const all = own.map((way) => ({ ...way, none: [...rest, ...way.none] }));
    translateReceiver({ receiver, name, ways: all, isDump: own.some(isUnconditional) }, draft, notes);
  }
  tellStrayWays(ways, receivers, notes);
  for (const path of unknown) notes.missing(path, 'is nothing that has a counterpart in Tattle');
  notes.unknown(source);
  return draft.text([
    'Made by tattle import from a configuration of kubernetes-event-exporter.',
    'Its report says what means something else here and what was left out; comments name the part that each comes from.',
    'It may hold secrets, as the source did: keep it in a Secret.',
  ]);
}

interface Reached {
  readonly receiver: Fields;
  readonly name: string;
  /** Those that lead to it. */
  readonly ways: readonly Way[];
  /** Everything goes to it. */
  readonly isDump: boolean;
}

function translateReceiver({ receiver, name, ways, isDump }: Reached, draft: Draft, notes: Notes): void {
  if (ways.length === 0) {
    receiver.settle(...receiver.names());
    notes.missing(receiver.path, 'is reached by no route, so that nothing was ever sent to it');
    return;
  }
  const target = receiverTarget(receiver, isDump, notes);
  notes.unknown(receiver);
  if (target === null) return;
  tellPlaceholders(target.settings, receiver.path, notes);
  tellSecrets(target.settings, receiver.path, notes);
  if (target.to === 'sinks') {
    const selection = sinkSelection(ways, notes);
    const made = draft.add('sinks', { ...target.settings, include: 'events', ...selection }, name, receiver.path);
    if (made !== null) tellMade(receiver.path, name, made, 'sink', notes);
    return;
  }
  const made = draft.add('channels', target.settings, name, receiver.path);
  if (made === null) return;
  tellMade(receiver.path, name, made, 'channel', notes);
  notes.changed(
    receiver.path,
    'is told once of each incident (opened, worse, resolved) instead of once an event; Normal events that tell of no problem are not told',
  );
  routeTo(made, ways, draft, notes);
}

/** A rule for each way, and one route that they lead to. */
function routeTo(channel: string, ways: readonly Way[], draft: Draft, notes: Notes): void {
  const rules: string[] = [];
  const comments: string[] = [];
  for (const way of ways) {
    const when = expressionOf(way, notes);
    if (when === null) continue;
    const name = draft.name(`${channel}-rule`);
    draft.rule({ name, when }, way.path);
    notes.taken(way.path, `is the rule ${name}`);
    rules.push(name);
    comments.push(way.path);
  }
  if (rules.length === 0) {
    // Without a route that names it, a channel is told of nothing where others have routes; alone it would be told of all.
    const name = draft.name(`${channel}-rule`);
    draft.rule({ name, when: 'false' }, 'nothing that leads here can be said as a rule: see the report');
    rules.push(name);
  }
  draft.route({ name: draft.name(`to-${channel}`), rules, to: [channel], continue: true }, comments.join(', '));
}

function tellMade(path: string, name: string, made: string, what: string, notes: Notes): void {
  notes.taken(
    path,
    `is the ${what} ${made}${made === name ? '' : `, since names are lower-case letters, digits and dashes here`}`,
  );
}

function tellStrayWays(ways: readonly Way[], receivers: readonly Fields[], notes: Notes): void {
  const names = new Set(receivers.map((receiver) => receiver.text('name')));
  for (const { path, receiver } of ways) {
    if (!names.has(receiver)) notes.missing(`${path}.receiver`, 'names a receiver that there is not');
  }
}
