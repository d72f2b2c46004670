/** A test incident that somebody asked for: it says so itself, and there is nothing to find. */
import { isTestObject, TEST_CONDITION } from '../../../model/test-incident.ts';
import type { Analyzer } from '../../analyzer.ts';
import { citeEvent } from '../../cite.ts';

export const selfTest: Analyzer = {
  name: 'self-test',
  causes: ['unknown'],
  analyze({ incident, events }) {
    // Both: a real problem of this name, or a pod that somebody named so, is looked at like any other.
    if (incident.condition !== TEST_CONDITION || !isTestObject(incident.subject)) return [];
    const said = events.find(
      ({ reason, source, object }) => reason === TEST_CONDITION && source === 'tattle' && isTestObject(object),
    );
    if (said === undefined) return [];
    return [
      {
        cause: 'unknown',
        explanation: `This is a test of Tattle, and nothing is wrong: ${incident.subject.kind} ${incident.subject.name} was made up.`,
        confidence: 1,
        citations: [citeEvent(said)],
        nextSteps: ['Check that its notice arrived where it should; it resolves by itself after about a minute'],
        commands: [],
      },
    ];
  },
};
