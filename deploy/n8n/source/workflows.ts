/** The files that n8n imports, by name. */
import { alertAnalysis } from './alert-analysis.ts';
import { fixExecution } from './fix-execution.ts';

export function workflows(): Map<string, string> {
  const files = { 'alert-analysis.json': alertAnalysis, 'fix-execution.json': fixExecution };
  return new Map(Object.entries(files).map(([file, workflow]) => [file, `${JSON.stringify(workflow, null, 2)}\n`]));
}
