/** Other tools' configurations as one of Tattle, with a report of what became of each part. Pure. */
import { isEventExporter, translateEventExporter } from './event-exporter/translate.ts';
import type { Fields } from './fields.ts';
import { isKubewatch, translateKubewatch } from './kubewatch/translate.ts';
import { type ImportReport, Notes } from './notes.ts';
import { readSource } from './source-text.ts';

export type ImportedTool = 'kubernetes-event-exporter' | 'kubewatch';

export type Imported =
  /** `yaml` is accepted by Tattle as it is. */
  | { readonly kind: 'imported'; readonly yaml: string; readonly report: ImportReport }
  /** What was given is not the tool's configuration; why, in a sentence that goes on after its name. */
  | { readonly kind: 'unreadable'; readonly problem: string };

interface Tool {
  /** Whether it is that tool's own configuration, and not what holds it. */
  readonly is: (source: Fields) => boolean;
  readonly translate: (source: Fields, notes: Notes) => string;
}

const TOOLS: Readonly<Record<ImportedTool, Tool>> = {
  'kubernetes-event-exporter': { is: isEventExporter, translate: translateEventExporter },
  kubewatch: { is: isKubewatch, translate: translateKubewatch },
};

/** `text`: its YAML, or the ConfigMap or Helm values that hold it. Never throws for what it reads. */
export function importConfiguration(tool: ImportedTool, text: string): Imported {
  const { is, translate } = TOOLS[tool];
  const reading = readSource(text, is);
  if (!reading.ok) return { kind: 'unreadable', problem: reading.problem };
  const notes = new Notes();
  const yaml = translate(reading.source, notes);
  return { kind: 'imported', yaml, report: notes.report() };
}
