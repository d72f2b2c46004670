/**
 * The server package's one entry: what commands run without a server, or as one. Each is loaded when it is asked for: whoever only
 * looks for a running server needs none of the rest.
 */
import type { examine as Examine } from './doctor/doctor.ts';
import type { openHistory as OpenHistory } from './history.ts';
import type { Imported, ImportedTool } from './importing/import-configuration.ts';
import type { diagnoseClusters as DiagnoseClusters, diagnoseRecording as DiagnoseRecording } from './look/diagnosis.ts';
import type { lookAtClusters as LookAtClusters, lookAtRecording as LookAtRecording } from './look/look.ts';
import type { replay as Replay } from './replay.ts';
import type { demo as Demo, serve as Serve } from './serve.ts';

export { runningServer } from './server-file.ts';

export const serve: typeof Serve = async (...asked) => (await import('./serve.ts')).serve(...asked);
export const demo: typeof Demo = async (...asked) => (await import('./serve.ts')).demo(...asked);
export const replay: typeof Replay = async (...asked) => (await import('./replay.ts')).replay(...asked);
export const openHistory: typeof OpenHistory = async (...asked) => (await import('./history.ts')).openHistory(...asked);
export const examine: typeof Examine = async (...asked) => (await import('./doctor/doctor.ts')).examine(...asked);
export const diagnoseClusters: typeof DiagnoseClusters = async (...asked) =>
  (await import('./look/diagnosis.ts')).diagnoseClusters(...asked);
export const diagnoseRecording: typeof DiagnoseRecording = async (...asked) =>
  (await import('./look/diagnosis.ts')).diagnoseRecording(...asked);
export const lookAtClusters: typeof LookAtClusters = async (...asked) =>
  (await import('./look/look.ts')).lookAtClusters(...asked);
export const lookAtRecording: typeof LookAtRecording = async (...asked) =>
  (await import('./look/look.ts')).lookAtRecording(...asked);
export const importConfiguration = async (tool: ImportedTool, text: string): Promise<Imported> =>
  (await import('./importing/import-configuration.ts')).importConfiguration(tool, text);
