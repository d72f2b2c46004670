/** From an answer to its body, or to the failure that it stands for: what is wrong, and how to mend it. */
import type { WireProblem } from '@tattle/contract';
import { CommandFailure, EXIT } from './failure.ts';

export interface Asked {
  /** Who answers, for people: `http://127.0.0.1:7171`, a directory. */
  readonly place: string;
  /** Whether a token was sent along. */
  readonly hasToken: boolean;
  /** What to do where the token, or the lack of one, is the reason. */
  readonly accessMend: string;
}

/** The body of a success. `member` is what every such answer has: without it, something else than Tattle answers. Throws `CommandFailure`. */
export function bodyOf(status: number, text: string, member: string, asked: Asked): object {
  const value = parsed(text);
  if (status >= 200 && status < 300 && isObject(value) && member in value) return value;
  throw refusal(status, text, asked);
}

/** What any other answer means. */
export function refusal(status: number, text: string, asked: Asked): CommandFailure {
  const value = parsed(text);
  // Who is known but may not do this is told what it takes.
  if (status === 403 && isProblem(value)) return new ApiRefusal(EXIT.refused, value);
  if (status === 401 || status === 403) {
    const why = asked.hasToken ? 'refuses this token' : 'wants a token';
    return new CommandFailure(EXIT.refused, `the server ${why}`, asked.accessMend);
  }
  if (isProblem(value)) return new ApiRefusal(status === 400 ? EXIT.usage : EXIT.failed, value);
  return strangerFailure(status, asked);
}

/** The server understood, and said no: with what is wrong where. */
export class ApiRefusal extends CommandFailure {
  readonly problem: WireProblem;

  constructor(exitCode: number, problem: WireProblem) {
    super(exitCode, problem.detail, hintHere(problem.hint));
    this.problem = problem;
  }
}

/** The API tells its own callers where ids are; who is at a command line has a command for it. */
const LISTS = {
  '/api/v1/incidents lists': 'tattle incident list --all lists',
  'GET /api/v1/silences lists': 'tattle silence list lists',
  'GET /api/v1/channels lists': 'tattle channel list lists',
};

function hintHere(hint: string): string {
  return Object.entries(LISTS).reduce((text, [path, command]) => text.replace(path, command), hint);
}

/** Some other program took the question, or a proxy before a Tattle that is down. */
export function strangerFailure(status: number, { place }: Asked): CommandFailure {
  if (status >= 502 && status <= 504) {
    const mend = 'A proxy answers, and the server behind it does not: is it running there?';
    return new CommandFailure(EXIT.unreachable, `no Tattle answers at ${place} (HTTP ${status})`, mend);
  }
  return new CommandFailure(
    EXIT.unreachable,
    `what answers at ${place} is no Tattle (HTTP ${status})`,
    'Check the address and its port.',
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isProblem(value: unknown): value is WireProblem {
  return isObject(value) && 'detail' in value && 'hint' in value && 'requestId' in value;
}
