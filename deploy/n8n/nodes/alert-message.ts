/** What the chat is told of a situation: Tattle's own diagnosis first, then the model's reading where there is one. */
import type { Saying } from './chat-payload.ts';
import type { ModelAnswer } from './model-answer.ts';
import type { Situation } from './situation.ts';
import { cut } from './text.ts';

const HEADINGS: Readonly<Record<string, string>> = {
  worse: 'Worse: ',
  resolved: 'Resolved: ',
  reminder: 'Still going on: ',
  escalated: 'Nobody has acknowledged: ',
  test: 'Test: ',
};

/** `answer` is null where no model was asked. */
export function alertSaying(situation: Situation, answer: ModelAnswer | null): Saying {
  const [first, ...others] = situation.incidents;
  const resolved = first !== undefined && first.resolvedAt !== '';
  const heading = HEADINGS[resolved ? 'resolved' : situation.notice] ?? '';
  return {
    title: `${heading}${first?.title ?? ''}`,
    severity: resolved ? '' : (first?.severity ?? ''),
    lead: [about(situation), diagnosis(situation), modelText(answer)].filter((part) => part !== '').join('\n\n'),
    sections: [
      { name: 'What to do', lines: (first?.nextSteps ?? []).map((step) => `• ${step}`) },
      { name: 'To look, these only read', lines: first?.commands ?? [], code: true },
      {
        name: 'Also',
        lines: [...others.map(({ title, cause }) => `• ${title}${cause && ` (${cause})`}`), ...situation.more],
      },
      { name: 'The same elsewhere or before', lines: situation.similar.slice(0, 3).map((line) => `• ${line}`) },
    ],
  };
}

function about({ incidents: [first], whole }: Situation): string {
  if (first === undefined || first.id === '') return '';
  const parts = [
    first.severity,
    first.state,
    first.cluster,
    first.openedAt && `since ${first.openedAt}`,
    `incident ${first.id}`,
  ];
  const line = parts.filter((part) => part !== '').join(' · ');
  return whole ? line : `${line}\nTattle’s API did not answer: this is what its message said.`;
}

function diagnosis({ incidents: [first] }: Situation): string {
  if (first === undefined || first.id === '') return '';
  if (first.cause === '') return 'Tattle has found no cause so far.';
  const citations = first.citations.slice(0, 3).map((text) => `> ${cut(text.replace(/\s+/g, ' '), 200)}`);
  return [`**${first.cause}**: ${cut(first.explanation, 600)}`, ...citations].join('\n');
}

function modelText(answer: ModelAnswer | null): string {
  if (answer === null) return '';
  if ('missing' in answer) return `(No reading by a language model: ${answer.missing})`;
  return `A language model’s reading, not checked:\n${answer.text}`;
}
