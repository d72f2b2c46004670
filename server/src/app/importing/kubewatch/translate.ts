/** A configuration of kubewatch as one of Tattle. Pure: text in, text and report out. */
import { Draft } from '../draft.ts';
import type { Fields } from '../fields.ts';
import type { Notes } from '../notes.ts';
import { tellPlaceholders, tellSecrets } from '../placeholders.ts';
import { handlerTarget, HANDLERS, isUsed } from './handlers.ts';

export function isKubewatch(fields: Fields): boolean {
  return fields.fields('handler') !== undefined;
}

export function translateKubewatch(source: Fields, notes: Notes): string {
  const draft = new Draft(notes);
  translateNamespace(source, draft, notes);
  translateResources(source, draft, notes);
  const handlers = source.fields('handler');
  const used = handlers === undefined ? [] : HANDLERS.filter((name) => isUsed(handlers.fields(name)));
  for (const name of used) {
    const fields = handlers?.fields(name);
    const target = fields === undefined ? null : handlerTarget(name, fields, notes);
    if (fields !== undefined) notes.unknown(fields);
    if (fields === undefined || target === null) continue;
    tellPlaceholders(target.settings, fields.path, notes);
    tellSecrets(target.settings, fields.path, notes);
    const made = draft.add(target.to, target.settings, name, fields.path);
    if (made !== null) notes.taken(fields.path, `is the channel ${made}`);
  }
  handlers?.settle(...HANDLERS);
  if (used.length > 1) {
    notes.changed(
      'handler',
      'has several handlers, of which kubewatch uses one: all of them are channels here, and are told',
    );
  }
  if (handlers?.fields('message')?.has('title') === true) {
    notes.changed(
      'handler.message.title',
      'is not taken: title (Liquid) of a channel says what stands above its messages',
    );
  }
  handlers?.settle('message');
  notes.unknown(handlers);
  notes.unknown(source);
  return draft.text([
    'Made by tattle import from a configuration of kubewatch.',
    'Its report says what means something else here and what was left out; comments name the part that each comes from.',
    'It may hold secrets, as the source did: keep it in a Secret.',
  ]);
}

function translateNamespace(source: Fields, draft: Draft, notes: Notes): void {
  const namespace = source.text('namespace');
  if (namespace === undefined) {
    draft.section('filter', { namespaces: 'all' }, 'it watched every namespace');
    notes.taken('namespace', 'is left out, so that every namespace is monitored');
    return;
  }
  draft.section('clusters', { watchNamespaces: [namespace] }, 'namespace');
  draft.section('filter', { namespaces: [namespace] }, 'namespace');
  notes.taken('namespace', 'is the only one that is watched and monitored');
}

/** kubewatch tells of every change of a resource; Tattle of what is wrong, with the changes that led to it. */
function translateResources(source: Fields, draft: Draft, notes: Notes): void {
  const resource = source.fields('resource');
  const watched = resource?.names().filter((name) => resource.flag(name)) ?? [];
  if (watched.length > 0) {
    notes.changed(
      'resource',
      `(${watched.join(', ')}) told of everything that was made, changed or deleted. Tattle watches what it needs, tells people of what goes wrong, and shows the changes of objects in timelines and as what led to an incident`,
    );
  }
  const kinds = source.list('customresources').flatMap((custom) => {
    const [group, plural] = [custom.text('group'), custom.text('resource')];
    custom.settle('version');
    return group === undefined || plural === undefined ? [] : [`${plural}.${group}`];
  });
  if (kinds.length > 0) {
    draft.section('clusters', { customResources: kinds }, 'customresources');
    notes.changed(
      'customresources',
      'are watched for conditions that say something is wrong, and not for every change',
    );
  }
  translateSelectors(source.fields('labelselectors'), draft, notes);
}

function translateSelectors(selectors: Fields | undefined, draft: Draft, notes: Notes): void {
  if (selectors === undefined) return;
  const texts = selectors.names().flatMap((name) => selectors.text(name) ?? []);
  const [only, ...others] = [...new Set(texts)];
  if (only === undefined) return;
  if (others.length > 0) {
    notes.missing(
      'labelselectors',
      'differ by resource: filter.labelSelector holds for all that is monitored; write the one that is meant',
    );
    return;
  }
  draft.section('filter', { labelSelector: only }, 'labelselectors');
  notes.changed('labelselectors', 'is filter.labelSelector, which holds for events of every kind of object');
}
