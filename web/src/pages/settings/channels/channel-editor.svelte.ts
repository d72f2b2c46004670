/** The form of a channel while somebody fills it in: what is written, what is wrong with it, and what the server said. */
import { ApiProblem } from '../../../api/problem.ts';
import { type ChannelDraft, type ChannelForm, missingIn, type Secret, settingsIn, wayOf } from './channel-draft.ts';
import { type Faults, faultsIn, NO_FAULTS } from './channel-faults.ts';
import { type Layout, layout, needsOf, type Way } from './channel-guide.ts';
import type { Wire, Written } from './written.ts';

export class ChannelEditor {
  readonly form: ChannelForm;
  #draft = $state.raw<ChannelDraft>({ name: '', way: null, values: {}, secrets: {} });
  #faults = $state.raw<Faults>(NO_FAULTS);
  #problem = $state.raw<unknown>(null);
  #failed = $state('');
  #busy = $state(false);

  constructor(form: ChannelForm, draft: ChannelDraft) {
    this.form = form;
    this.#draft = draft;
  }

  get draft(): ChannelDraft {
    return this.#draft;
  }

  get faults(): Faults {
    return this.#faults;
  }

  /** What was refused and is about no field; null where nothing was. */
  get problem(): unknown {
    return this.#problem;
  }

  /** What did not come about then. */
  get failed(): string {
    return this.#failed;
  }

  get busy(): boolean {
    return this.#busy;
  }

  get way(): Way | null {
    return wayOf(this.form, this.#draft);
  }

  get layout(): Layout {
    return layout(this.form, this.way);
  }

  /** Names of the settings without which it does not work. */
  get needed(): readonly string[] {
    return needsOf(this.form, this.way).map(({ name }) => name);
  }

  /** What is sent of it. */
  get settings(): Record<string, Wire | null> {
    return settingsIn(this.form, this.#draft);
  }

  rename(name: string): void {
    this.#change('name', { name });
  }

  choose(way: string): void {
    this.#draft = { ...this.#draft, way };
    this.#faults = NO_FAULTS;
  }

  write(name: string, written: Written): void {
    this.#change(name, { values: { ...this.#draft.values, [name]: written } });
  }

  decide(name: string, secret: Secret): void {
    this.#change(name, { secrets: { ...this.#draft.secrets, [name]: secret } });
  }

  /** In place of what is written. */
  startOver(draft: ChannelDraft): void {
    this.#draft = draft;
    this.#faults = NO_FAULTS;
    this.#problem = null;
  }

  /** Marks fields before anything was sent, such as by why a message did not arrive. */
  mark(at: Readonly<Record<string, string>>): void {
    this.#faults = { at, rest: [] };
  }

  /**
   * Answers whether it was taken; else the faults are at their fields, and nothing that is written is lost. `failed` says what
   * did not come about.
   */
  async send(run: () => Promise<void>, failed: string): Promise<boolean> {
    if (this.#busy) return false;
    this.#problem = null;
    this.#failed = failed;
    const missing = missingIn(this.form, this.#draft);
    this.mark(Object.fromEntries(missing.map((name) => [name, 'It is needed.'])));
    if (missing.length > 0) return false;
    this.#busy = true;
    try {
      await run();
      return true;
    } catch (error) {
      this.#refused(error);
      return false;
    } finally {
      this.#busy = false;
    }
  }

  #refused(error: unknown): void {
    const { first, more } = this.layout;
    const errors = error instanceof ApiProblem ? error.errors : [];
    this.#faults = faultsIn(errors, ['name', ...[...first, ...more].map(({ name }) => name)]);
    const again = Object.keys(this.#faults.at).filter((name) => this.#draft.secrets[name] === 'kept');
    const secrets = Object.fromEntries(again.map((name) => [name, 'replaced' as const]));
    this.#draft = { ...this.#draft, secrets: { ...this.#draft.secrets, ...secrets } };
    if (Object.keys(this.#faults.at).length === 0 || this.#faults.rest.length > 0) this.#problem = error;
  }

  #change(name: string, change: Partial<ChannelDraft>): void {
    this.#draft = { ...this.#draft, ...change };
    const { [name]: _mended, ...at } = this.#faults.at;
    this.#faults = { ...this.#faults, at };
  }
}
