/** A command for an incident: only a known verb, only an incident's id, only of who may. */

export interface Said {
  readonly text: string;
  readonly personId: string;
  readonly personName: string;
  /** `chat`, `schedule` or `manual`. */
  readonly source: string;
  /** The same when it is sent again; empty where nothing sends it again. */
  readonly messageId: string;
}

export interface Command extends Said {
  /** Empty where it was refused. */
  readonly verb: '' | 'ack' | 'show' | 'open';
  readonly incidentId: string;
  readonly note: string;
  /** Why it was refused; empty where it was not. */
  readonly refusal: string;
}

const USAGE = 'Known are: ack ID [a word for the others], show ID, open.';
const VERBS: Readonly<Record<string, 'ack' | 'show' | 'open'>> = {
  ack: 'ack',
  acknowledge: 'ack',
  show: 'show',
  open: 'open',
};

/** `may` lists the ids of the people who may give commands, separated by commas; empty: nobody. */
export function readCommand(said: Said, may: string): Command {
  const words = said.text
    .trim()
    .replace(/^\/?fix\s+/i, '')
    .split(/\s+/);
  const verb = Object.hasOwn(VERBS, words[0] ?? '') ? VERBS[words[0] ?? ''] : undefined;
  const incidentId = words[1] ?? '';
  const refusal = whyNot(said, may, verb, incidentId);
  const note = words.slice(2).join(' ').slice(0, 1000);
  return refusal === '' && verb !== undefined
    ? { ...said, verb, incidentId, note, refusal }
    : { ...said, verb: '', incidentId: '', note: '', refusal };
}

function whyNot(said: Said, may: string, verb: Command['verb'] | undefined, incidentId: string): string {
  const people = may.split(',').map((person) => person.trim());
  if (said.source === 'chat' && (said.personId === '' || !people.includes(said.personId))) {
    return 'You are not among those who may give commands.';
  }
  if (verb === undefined) return `This command is not known. ${USAGE}`;
  if (verb === 'ack' && said.source === 'schedule') return 'A schedule looks after nothing: it cannot acknowledge.';
  if (verb !== 'open' && !/^[A-Za-z0-9_-]{1,64}$/.test(incidentId)) return `An incident’s id is missing. ${USAGE}`;
  return '';
}
