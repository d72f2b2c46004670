/** Query parameters that several paths share. Their descriptions are also the hints of whoever is told that one is wrong. */
import { z } from 'zod';
import { category, severity } from './event.ts';

/** Read by the server, since `now` is its own. */
export const moment = z.string().max(64).meta({
  description: 'RFC 3339 with a zone (`2026-01-31T14:00:00Z`), `now`, or `now-1h30m` (units s, m, h, d, w).',
  example: 'now-1h',
});

export const text = z.string().max(2048);
export const texts = z.array(text).default([]);

/** Where a leading `!` would silently match nothing. */
export const exactText = text.refine((value) => !value.startsWith('!'), 'cannot be negated here');
const exactTexts = z.array(exactText).default([]);

/** At least one of these; a leading `!` leaves a value out. */
export function anyOf<const Values extends readonly string[]>(values: Values) {
  const negated = values.map((value) => `!${value}` as const);
  return z.array(z.enum([...values, ...negated])).default([]);
}

export const cursor = text.optional().describe('The `nextCursor` of the page before, with the same filters.');

export function limit(usual: number, most: number) {
  return z.int().min(1).max(most).default(usual).describe(`How many to answer at the most: 1 to ${most}.`);
}

export const range = {
  from: moment.optional().describe('Begins here: RFC 3339 with a zone, `now`, or `now-1h30m` (units s, m, h, d, w).'),
  to: moment.optional().describe('Ends before this, in the same forms; ranges are half-open.'),
};

export const q = text.optional().meta({
  description:
    'Free words that must all occur, and `field:value` terms that filter like the parameter of that name; a leading `-` or `!` negates a term, quotes keep blanks.',
  example: 'reason:BackOff -namespace:kube-system "pulling image"',
});

const UID_OR_NAME = 'Uid or name.';

/** Values of one parameter are OR-ed, parameters are AND-ed, a leading `!` negates a value. */
export const liveFilter = {
  cluster: texts.describe(UID_OR_NAME),
  namespace: texts.describe('Of the object that it is about.'),
  kind: texts.describe('Of the object, such as `Pod`.'),
  name: texts.describe('Of the object.'),
  reason: texts.describe('The reporter’s word, such as `BackOff`.'),
  type: texts.describe('`Normal` or `Warning`.'),
  category: anyOf(category.options),
  severity: anyOf(severity.options),
  source: texts.describe('The reporting component, such as `kubelet`.'),
  node: texts.describe('Name of the node involved.'),
  incident: texts.describe('Ids of incidents.'),
  fingerprint: texts.describe('That of an event finds its repeats.'),
  uid: texts.describe('Of the event.'),
  label: texts.describe('`key=value` that the labels must hold; cannot be negated.'),
  q,
};

export const eventFilter = { ...liveFilter, ...range };

/** A place: objects by cluster, namespace, kind and name. Values are taken as they stand, without negation. */
export const place = {
  cluster: exactText.optional().describe(UID_OR_NAME),
  namespace: exactTexts.describe('At least one of these, as they stand: without `!`.'),
  kind: exactTexts.describe('At least one of these, such as `Deployment`, without `!`.'),
  name: exactTexts.describe('At least one of these, as they stand: without `!`.'),
};

export const auditFilter = {
  actor: exactTexts.describe('Ids of principals, or `tattle`.'),
  action: exactTexts.describe('Such as `settings.change`.'),
  target: exactTexts.describe('What it was done to.'),
  ...range,
};
