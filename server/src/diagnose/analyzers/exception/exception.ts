/** Programs that ended with an exception, a panic or a crash that nothing more specific explains. */
import type { Finding } from '../../../model/diagnosis.ts';
import type { Analyzer } from '../../analyzer.ts';
import type { Case } from '../../case.ts';
import { type FailedRun, failedRuns } from '../../failed-runs.ts';
import { commandsOf, describeCommand } from '../../kubectl.ts';
import { type Verdict, verdictOf, verdictsOn } from '../../log-verdict.ts';
import { placeText, topFrame } from '../../stack-trace.ts';
import { thrownIn } from '../../thrown.ts';
import { findingOf, logCommand, quoted, whose } from '../../telling.ts';

export const exception: Analyzer = {
  name: 'exception',
  causes: ['unhandled-exception'],
  analyze(the) {
    const told = verdictsOn(the, ['unhandled-exception']).map(worded);
    return told.length > 0 ? told : bySignal(the);
  },
};

function worded(verdict: Verdict): Finding {
  const { frames, run, words } = verdict;
  const thrown = thrownIn(words);
  const frame = topFrame(frames);
  const what =
    thrown === null ? quoted(words) : [thrown.type, quoted(thrown.message)].filter((part) => part !== '').join(': ');
  const place = frame === null ? '' : `, thrown at ${placeText(frame)}`;
  const language = thrown === null || thrown.language.includes(' or ') ? '' : ` (${thrown.language})`;
  const code = run.exitCode === null ? '' : ` with exit code ${run.exitCode}`;
  const module = missingModule(words);
  return findingOf(verdict, {
    explanation: `${whose(verdict)} ended${code} by an error that nobody caught${language}: ${what}${place}.${module === '' ? '' : ` Its image lacks ${module}.`}`,
    nextSteps:
      module === ''
        ? [
            frame === null
              ? 'Look for the error in the code of the image that runs.'
              : `Look at ${placeText(frame)} in the code of the image that runs.`,
            `Compare with the last working revision of ${run.container.name}: image, arguments, and configuration.`,
            'Roll back if the error came with the newest image.',
          ]
        : [
            `Add ${module} to the image of container ${run.container.name}, or go back to an image that has it.`,
            'Check that the image was built from the lock file that the code needs.',
          ],
  });
}

function missingModule(words: string): string {
  const found =
    /No module named '?([\w.]{1,100})/.exec(words) ??
    /Cannot find (?:module|package) '([^']{1,100})'/.exec(words) ??
    /(?:ClassNotFoundException|NoClassDefFoundError): ([\w./$]{1,150})/.exec(words) ??
    /cannot load such file -- (\S{1,100})/.exec(words);
  return found?.[1] ?? '';
}

/** Programs in C and the like die of a signal without a word; the exit code is 128 and its number. */
const SIGNALS: ReadonlyMap<number, string> = new Map([
  [132, 'SIGILL, an instruction that the CPU does not know'],
  [134, 'SIGABRT, it aborted itself'],
  [135, 'SIGBUS, a bad memory access'],
  [136, 'SIGFPE, an arithmetic error'],
  [139, 'SIGSEGV, a segmentation fault'],
]);

function bySignal(the: Case): readonly Finding[] {
  const run = failedRuns(the).find((each) => each.how === 'crashed' && SIGNALS.has(each.exitCode ?? 0));
  if (run === undefined || run.exitCitation === null || verdictOf(run) !== null) return [];
  return [signalFinding(run)];
}

function signalFinding(run: FailedRun): Finding {
  const signal = SIGNALS.get(run.exitCode ?? 0) ?? 'a signal';
  return {
    cause: 'unhandled-exception',
    explanation: `${whose({ run, pods: 1 })} crashed with exit code ${run.exitCode ?? 0} (${signal}); its log does not say why.`,
    confidence: 0.72,
    citations: run.exitCitation === null ? [] : [run.exitCitation],
    nextSteps: [
      `Compare the image of container ${run.container.name} with the last one that worked; native libraries and the CPU that they were built for first.`,
      'Run it with core dumps or a debugger to see where it crashes.',
    ],
    commands: commandsOf(logCommand(run), describeCommand(run.pod.ref)),
  };
}
