/** Asks who was told of an incident, and why: looked at again now and then, since not all of it comes with a live message. */
import type { CreateQueryResult } from '@tanstack/svelte-query';
import type { WireNoticeDecisions } from '@tattle/contract';
import { ask } from '../../api/ask.svelte.ts';
import type { ApiProblem } from '../../api/problem.ts';

const AGAIN_MS = 20_000;

/** For a component's start. */
export function askDecisions(id: () => string): CreateQueryResult<WireNoticeDecisions, ApiProblem> {
  return ask(
    'listNoticeDecisions',
    () => ({ params: { id: id() } }),
    () => ({ everyMs: AGAIN_MS }),
  );
}
