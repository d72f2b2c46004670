/** Pods that the API server refuses to store: webhooks, pod security, policies, missing accounts and classes, invalid specs. */
import type { Analyzer } from '../../analyzer.ts';
import { cited } from '../../cite.ts';
import { commandsOf, describeCommand } from '../../kubectl.ts';
import { apiRefusals } from '../../refusals.ts';
import { readAdmission } from './admission-message.ts';

export const admission: Analyzer = {
  name: 'admission',
  causes: ['admission-refused', 'missing-reference'],
  analyze(the) {
    for (const { says, said, certainty } of apiRefusals(the)) {
      const [first] = said;
      const told = readAdmission(says, first?.about.namespace ?? '');
      if (told === undefined || first === undefined) continue;
      return [
        {
          cause: told.cause,
          explanation: told.explanation,
          confidence: told.confidence * certainty,
          citations: cited(first.citation, said.find(({ from }) => from === 'status')?.citation),
          nextSteps: told.nextSteps,
          commands: commandsOf(describeCommand(first.about), ...told.commands).slice(0, 3),
        },
      ].filter(({ confidence }) => confidence >= 0.5);
    }
    return [];
  },
};
