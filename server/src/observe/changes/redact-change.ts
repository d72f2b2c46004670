/** Masks the secrets in a change, and then shortens its values to what a person reads. */
import type { Redactor } from '../../kit/redaction.ts';
import type { FieldChange, ObjectChange } from '../../model/change.ts';
import { fields, text } from '../../kit/fields.ts';
import { summarise } from './summarise.ts';

/** UTF-16 units of one value, ellipses included. */
const LONGEST = 300;
/** Shown of what two long values have in common before they part. */
const LEAD = 60;
const LONGEST_FIELD = 300;
const LONGEST_SUMMARY = 500;

type Masks = Pick<Redactor, 'text' | 'labels' | 'structure'>;

/** The summary is built anew from what is left. Redacting a redacted change changes nothing. */
export function redactChange(change: ObjectChange, redactor: Masks): ObjectChange {
  const diff = change.diff.map((each) => redactField(each, redactor));
  return { ...change, diff, summary: text(summarise(diff), LONGEST_SUMMARY) };
}

function redactField({ field, before, after }: FieldChange, redactor: Masks): FieldChange {
  const masked = (value: string | null) => (value === null ? null : maskedValue(field, value, redactor));
  const [was, is] = distinct(masked(before), masked(after));
  return { field: text(field, LONGEST_FIELD), ...excerpts(was, is) };
}

function maskedValue(field: string, value: string, redactor: Masks): string {
  if (MASK.test(value) || value === MASKED_AFTER) return value;
  if (value.endsWith(` ${MASKED_AFTER}`)) {
    return `${maskedValue(field, value.slice(0, -MASKED_AFTER.length - 1), redactor)} ${MASKED_AFTER}`;
  }
  const variable = /^env (.*?)(?: of [a-z0-9-]+)?$/s.exec(field)?.[1];
  if (variable !== undefined && !REFERENCE.test(value)) {
    return text(fields(redactor.structure({ name: variable, value }))['value'], Number.POSITIVE_INFINITY);
  }
  const key = /^(?:annotation|label) (.*)$/s.exec(field)?.[1];
  if (key !== undefined) return redactor.labels({ [key]: value })[key] ?? value;
  const structured = parsed(value);
  return structured === undefined ? redactor.text(value) : JSON.stringify(redactor.structure(structured));
}

/** Where a variable's value comes from is no secret, even if the value is: see `sourceText` in container.ts. */
const REFERENCE =
  /^from (secret [a-z0-9.-]{1,253} key [\w.-]{1,253}|config map [a-z0-9.-]{1,253} key [\w.-]{1,253}|field [\w.[\]'/-]{1,300}|resource [\w./-]{1,100}|another source)$/;

/** Lists of arguments and whole objects are JSON: what follows `--password` in them is known for what it is. */
function parsed(value: string): unknown {
  if (!value.startsWith('[') && !value.startsWith('{')) return undefined;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

/** Nothing but a mask, with its tag or without. */
const MASK = /^\[redacted(:[a-z-]{1,40}(:[0-9a-f]{8})?)?\]$/;
const MASKED = '[redacted]';
const MASKED_AFTER = '[redacted, changed]';

/** Two values that read the same once their secrets are masked did change all the same. */
function distinct(before: string | null, after: string | null): readonly [string | null, string | null] {
  if (before === null || before !== after) return [before, after];
  if (MASK.test(before)) return [MASKED, MASKED_AFTER];
  return [before, `${before} ${MASKED_AFTER}`];
}

/** Of long values the stretch where they part, since their beginnings are often the same. */
function excerpts(before: string | null, after: string | null): Pick<FieldChange, 'before' | 'after'> {
  const isLong = (before?.length ?? 0) > LONGEST || (after?.length ?? 0) > LONGEST;
  const start = isLong && before !== null && after !== null ? Math.max(0, commonLength(before, after) - LEAD) : 0;
  const cut = (value: string | null) => (value === null ? null : excerpt(value, start));
  return { before: cut(before), after: cut(after) };
}

function excerpt(value: string, start: number): string {
  if (value.length <= LONGEST) return value;
  const from = Math.min(start, value.length - LONGEST + 1);
  const lead = from === 0 ? '' : '…';
  const rest = value.slice(from);
  const room = LONGEST - lead.length;
  return `${lead}${rest.length > room ? `${rest.slice(0, room - 1)}…` : rest}`.toWellFormed();
}

function commonLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a.charCodeAt(length) === b.charCodeAt(length)) length += 1;
  return length;
}
