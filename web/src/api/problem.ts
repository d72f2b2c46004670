/** What the API says when it will not or cannot: RFC 9457, with a hint. */

interface ProblemText {
  readonly title: string;
  readonly detail: string;
  readonly hint: string;
  readonly requestId: string;
  readonly errors: readonly ProblemPart[];
}

/** One thing that is wrong with what was sent. */
export interface ProblemPart {
  /** Such as `filter.labelSelector`. */
  readonly path: string;
  readonly message: string;
}

export class ApiProblem extends Error {
  /** 0 where nothing answered. */
  readonly status: number;
  readonly title: string;
  readonly hint: string;
  /** Of the server's log; empty where nothing answered. */
  readonly requestId: string;
  readonly errors: readonly ProblemPart[];

  constructor(status: number, text: Partial<ProblemText>, options?: ErrorOptions) {
    super(text.detail ?? text.title ?? 'Something went wrong', options);
    this.name = 'ApiProblem';
    this.status = status;
    this.title = text.title ?? 'Something went wrong';
    this.hint = text.hint ?? '';
    this.requestId = text.requestId ?? '';
    this.errors = text.errors ?? [];
  }
}

const UNREACHABLE = {
  title: 'Tattle does not answer',
  detail: 'The server could not be reached.',
  hint: 'Check that it runs and that this device is online. What is shown may be old.',
};

const UNREADABLE = {
  title: 'The answer is not Tattle’s',
  detail: 'What came back could not be read.',
  hint: 'Something between this browser and Tattle may have answered in its place, or cut the answer off.',
};

export function unreachable(cause: unknown): ApiProblem {
  return new ApiProblem(0, UNREACHABLE, { cause });
}

/** Such as the page of a proxy that wants somebody to sign in. */
export function unreadable(cause: unknown): ApiProblem {
  return new ApiProblem(0, UNREADABLE, { cause });
}

/** A body that is no problem comes from something in between, such as a proxy. */
export async function problemOf(response: Response): Promise<ApiProblem> {
  const said: unknown = await response.json().catch(() => null);
  const text = typeof said === 'object' && said !== null ? said : {};
  const fallback = `The answer was ${response.status} ${response.statusText}`.trim();
  return new ApiProblem(response.status, { title: fallback, ...text });
}
