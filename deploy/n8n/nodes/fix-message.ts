/** What the chat is told about a command: what was done in Tattle, and how the incident stands. */
import type { Saying } from './chat-payload.ts';
import type { Command } from './command.ts';
import { type Facts, factsOfIncident } from './facts.ts';
import { cut, fieldsOf, textOf } from './text.ts';

const MOST_OPEN = 15;

/** Whole responses of Tattle's API as the HTTP nodes gave them; undefined where the command did not ask for it. */
export interface Answers {
  readonly acknowledged?: unknown;
  readonly incident?: unknown;
  readonly open?: unknown;
}

/** Null where there is nothing to say: a schedule found nothing open. */
export function fixSaying(command: Command, answers: Answers): Saying | null {
  const who = command.personName || command.personId;
  if (command.refusal !== '') {
    return {
      title: 'Refused',
      severity: '',
      lead: `${who}: ${cut(command.text, 200)}\n${command.refusal}`,
      sections: [],
    };
  }
  if (command.verb === 'open') return openSaying(answers.open, command.source);
  const done = command.verb === 'ack' ? acknowledgement(answers.acknowledged, who) : '';
  const facts = factsOfIncident(fieldsOf(answers.incident).body);
  if (facts === null) {
    const title = `Incident ${command.incidentId}`;
    return {
      title,
      severity: '',
      lead: join(done, `Tattle did not show it: ${problemOf(answers.incident)}`),
      sections: [],
    };
  }
  return incidentSaying(facts, done);
}

function acknowledgement(answer: unknown, who: string): string {
  if (fieldsOf(answer).statusCode === 200) return `Acknowledged by ${who}. Nothing was changed in the cluster.`;
  return `NOT acknowledged: ${problemOf(answer)}`;
}

function incidentSaying(facts: Facts, done: string): Saying {
  const cause = facts.cause === '' ? 'No cause found so far.' : `**${facts.cause}**: ${cut(facts.explanation, 600)}`;
  const standing = [facts.severity, facts.state, facts.cluster, `incident ${facts.id}`].join(' · ');
  return {
    title: facts.title,
    severity: facts.resolvedAt === '' ? facts.severity : '',
    lead: join(done, standing, cause),
    sections: [
      { name: 'What to do', lines: facts.nextSteps.map((step) => `• ${step}`) },
      { name: 'To look, these only read', lines: facts.commands, code: true },
    ],
  };
}

function openSaying(answer: unknown, source: string): Saying | null {
  const { statusCode, body } = fieldsOf(answer);
  if (statusCode !== 200) {
    return {
      title: 'Open incidents',
      severity: '',
      lead: `Tattle did not list them: ${problemOf(answer)}`,
      sections: [],
    };
  }
  const items = fieldsOf(body).items;
  const incidents = Array.isArray(items) ? items.map(fieldsOf) : [];
  if (incidents.length === 0 && source === 'schedule') return null;
  const lines = incidents
    .slice(0, MOST_OPEN)
    .map(({ title, severity, id }) => `• ${textOf(title)} (${textOf(severity)}), ${textOf(id)}`);
  const left = incidents.length - lines.length;
  const lead =
    incidents.length === 0 ? 'None that nobody looks at.' : join(lines.join('\n'), left > 0 ? `and ${left} more` : '');
  return {
    title: `Acknowledged by nobody: ${incidents.length}`,
    severity: textOf(incidents[0]?.severity),
    lead,
    sections: [],
  };
}

function problemOf(answer: unknown): string {
  const { statusCode, body, error } = fieldsOf(answer);
  const { detail, title } = fieldsOf(body);
  const said = textOf(detail) || textOf(title) || textOf(error) || textOf(fieldsOf(error).message);
  return cut(`${textOf(statusCode)} ${said}`.trim(), 300);
}

function join(...parts: string[]): string {
  return parts.filter((part) => part !== '').join('\n');
}
