/** Reads the YAML of another tool's configuration, from its file or from the ConfigMap or Helm values that hold it. */
import { parseDocument } from 'yaml';
import { Fields } from './fields.ts';

export type SourceReading =
  | { readonly ok: true; readonly source: Fields }
  | { readonly ok: false; readonly problem: string };

const MOST_CHARACTERS = 4_000_000;

/** `isIt` knows the tool's own configuration from what holds it. */
export function readSource(text: string, isIt: (fields: Fields) => boolean): SourceReading {
  const outer = parsed(text);
  if (!outer.ok) return outer;
  if (isIt(outer.source)) return outer;
  for (const inner of [...heldTexts(outer.source), ...heldValues(outer.source)]) {
    const reading = typeof inner === 'string' ? parsed(inner) : ({ ok: true, source: inner } as const);
    if (reading.ok && isIt(reading.source)) return reading;
  }
  return { ok: false, problem: 'it has none of the settings of that tool' };
}

function parsed(text: string): SourceReading {
  if (text.length > MOST_CHARACTERS) return { ok: false, problem: 'it is too long to be a configuration' };
  const document = parseDocument(text, { prettyErrors: true });
  const [fault] = document.errors;
  if (fault !== undefined) return { ok: false, problem: `it is no YAML: ${fault.message.split('\n')[0] ?? ''}` };
  try {
    // Aliases beyond this are an attempt to make much of little.
    return { ok: true, source: Fields.of(document.toJS({ maxAliasCount: 100 })) };
  } catch (error) {
    return { ok: false, problem: `it is no YAML: ${error instanceof Error ? error.message : 'it cannot be read'}` };
  }
}

/** The files of a ConfigMap, or of a Secret that is written out. */
function heldTexts(outer: Fields): readonly string[] {
  const files = [outer.fields('data'), outer.fields('stringData')];
  return files.flatMap((file) => file?.names().map((name) => file.text(name) ?? '') ?? []);
}

/** Helm values have it as a mapping; its paths are told as the tool knows them. */
function heldValues(outer: Fields): readonly Fields[] {
  const config = outer.fields('config');
  return config === undefined ? [] : [config.asTop()];
}
