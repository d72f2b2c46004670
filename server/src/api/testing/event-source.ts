/** Reads Server-Sent Events as the HTML standard says (9.2.6), and remembers the last event id as a browser does. */

export interface Dispatched {
  readonly type: string;
  readonly data: string;
  readonly lastEventId: string;
}

export class EventStreamParser {
  lastEventId = '';
  comments = 0;
  retry: number | null = null;
  #text = '';
  #event = '';
  #data: string[] = [];
  #id = '';

  constructor(lastEventId = '') {
    this.lastEventId = lastEventId;
    this.#id = lastEventId;
  }

  /** What the lines that are whole by now dispatch. */
  push(text: string): readonly Dispatched[] {
    const lines = (this.#text + text).split('\n');
    this.#text = lines.pop() ?? '';
    return lines.flatMap((line) => this.#line(line));
  }

  #line(line: string): readonly Dispatched[] {
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    if (colon === 0) this.comments += 1;
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.#event = value;
    if (field === 'data') this.#data.push(value);
    if (field === 'id' && !value.includes('\0')) this.#id = value;
    if (field === 'retry' && /^\d+$/.test(value)) this.retry = Number(value);
    return [];
  }

  #dispatch(): readonly Dispatched[] {
    this.lastEventId = this.#id;
    const data = this.#data;
    const type = this.#event === '' ? 'message' : this.#event;
    this.#data = [];
    this.#event = '';
    return data.length === 0 ? [] : [{ type, data: data.join('\n'), lastEventId: this.lastEventId }];
  }
}
