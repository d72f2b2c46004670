/** The configuration that an import makes, as far as it is: what would not be accepted never gets into it. */
import { Document, isMap, isPair, isScalar, isSeq } from 'yaml';
import { systemClock } from '../../kit/clock.ts';
import { oneLine } from '../../notify/message/plain-text.ts';
import { createChannels } from '../../notify/channels/index.ts';
import type { Notes } from './notes.ts';
import { sinkProblems } from '../sinks/sinks.ts';

export type Settings = Readonly<Record<string, unknown>>;

interface Entry {
  readonly settings: Settings;
  /** Where it comes from. */
  readonly comment: string;
}

type Kind = 'channels' | 'sinks';

export class Draft {
  readonly #notes: Notes;
  readonly #sections = new Map<string, Entry>();
  readonly #entries: Readonly<Record<Kind | 'rules' | 'routes', Entry[]>> = {
    channels: [],
    sinks: [],
    rules: [],
    routes: [],
  };
  readonly #names = new Set<string>();

  constructor(notes: Notes) {
    this.#notes = notes;
  }

  /** `clusters`, `{ name: 'prod' }`: added to what the section has. */
  section(name: string, settings: Settings, comment: string): void {
    const before = this.#sections.get(name);
    const comments = [before?.comment ?? '', comment].filter((text) => text !== '').join(', ');
    this.#sections.set(name, { settings: { ...before?.settings, ...settings }, comment: comments });
  }

  /** The name that it has here; null where it cannot be used, which is told. */
  add(kind: Kind, settings: Settings, wantedName: string, path: string): string | null {
    const name = this.name(wantedName);
    const named = { type: settings['type'], name, ...settings };
    const problems = kind === 'channels' ? channelProblems(named) : sinkProblems([named]);
    if (problems.length > 0) {
      const told = problems.map((problem) => problem.replace(/^\w+\[0\]\.?/, '')).join('; ');
      this.#notes.missing(path, `cannot be used as it stands (${told}): add it by hand`);
      return null;
    }
    this.#entries[kind].push({ settings: named, comment: path });
    return name;
  }

  rule(settings: Settings, comment: string): void {
    this.#entries.rules.push({ settings, comment });
  }

  route(settings: Settings, comment: string): void {
    this.#entries.routes.push({ settings, comment });
  }

  /** Like `wanted`, as names are written here, and no other one's. */
  name(wanted: string): string {
    const plain = wanted
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .slice(0, 50)
      .replace(/^-+|-+$/g, '');
    const base = plain === '' ? 'imported' : plain;
    let name = base;
    for (let next = 2; this.#names.has(name); next++) name = `${base}-${next}`;
    this.#names.add(name);
    return name;
  }

  /** As YAML, with where each part comes from. */
  text(heading: readonly string[]): string {
    const { channels, sinks, rules, routes } = this.#entries;
    const notify = {
      ...(rules.length > 0 && { rules: settingsOf(rules) }),
      ...(routes.length > 0 && { routes: settingsOf(routes) }),
    };
    const document = new Document({
      ...Object.fromEntries([...this.#sections].map(([name, { settings }]) => [name, settings])),
      ...(channels.length > 0 && { channels: settingsOf(channels) }),
      ...(sinks.length > 0 && { sinks: settingsOf(sinks) }),
      ...(Object.keys(notify).length > 0 && { notify }),
    });
    document.commentBefore = commentText(heading);
    for (const [name, { comment }] of this.#sections) commentSection(document, name, comment);
    commentItems(document, ['channels'], channels);
    commentItems(document, ['sinks'], sinks);
    commentItems(document, ['notify', 'rules'], rules);
    commentItems(document, ['notify', 'routes'], routes);
    return document.toString({ lineWidth: 0 });
  }
}

/** It is made to be checked, and thrown away: making one touches nothing. */
function channelProblems(settings: Settings): readonly string[] {
  const refuse = () => Promise.reject(new Error('this channel was made to be checked only'));
  const context = { fetch: refuse, connect: refuse, clock: systemClock, trusted: true, linkTo: () => null };
  return createChannels([settings], context).errors;
}

function settingsOf(entries: readonly Entry[]): readonly Settings[] {
  return entries.map(({ settings }) => settings);
}

function commentItems(document: Document, path: readonly string[], entries: readonly Entry[]): void {
  const list = document.getIn(path, true);
  if (!isSeq(list)) return;
  for (const [index, item] of list.items.entries()) {
    if (isMap(item)) item.commentBefore = commentText([entries[index]?.comment ?? '']);
  }
}

function commentSection(document: Document, name: string, comment: string): void {
  if (!isMap(document.contents)) return;
  const pair = document.contents.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === name);
  if (pair !== undefined && isScalar(pair.key)) pair.key.commentBefore = commentText([comment]);
}

/** Names of the source are somebody else's text: on one line, they stay comments. */
function commentText(lines: readonly string[]): string {
  return lines.map((line) => ` ${oneLine(line, 500)}`).join('\n');
}
