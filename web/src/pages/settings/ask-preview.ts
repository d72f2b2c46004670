/** Asks what edited rules would keep, once the hand has rested. */
import type { CreateQueryResult } from '@tanstack/svelte-query';
import type { WireConfigPreview } from '@tattle/contract';
import { ask } from '../../api/ask.svelte.ts';
import type { ApiProblem } from '../../api/problem.ts';
import { rested } from '../../time/rested.svelte.ts';
import type { Patch } from './draft.ts';

/** Events go on arriving. */
const AGAIN_MS = 30_000;

interface PreviewOptions {
  readonly filter: () => Patch['filter'];
  /** Not asked where it is not shown. */
  readonly enabled: () => boolean;
}

/** For a component's start. */
export function askPreview({ filter, enabled }: PreviewOptions): CreateQueryResult<WireConfigPreview, ApiProblem> {
  const settled = rested(filter);
  return ask(
    'previewConfig',
    () => ({ body: { filter: settled(), hours: 24 } }),
    () => ({ enabled: enabled(), everyMs: AGAIN_MS }),
  );
}
