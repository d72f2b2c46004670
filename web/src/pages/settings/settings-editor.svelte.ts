/** Editing settings: the draft over what is in force, who may, what configuration owns, and saving it. */
import type { WireFilterSettings } from '@tattle/contract';
import { callWithTag } from '../../api/client.ts';
import { ApiProblem } from '../../api/problem.ts';
import { session } from '../../session/session.svelte.ts';
import type { TaggedConfig } from './ask-config.ts';
import { type Difference, differences } from './differences.ts';
import {
  edited,
  isUnchanged,
  ownerOf,
  type Patch,
  patchTo,
  rebased,
  type RetentionDays,
  type Settings,
} from './draft.ts';
import { unsaved } from './unsaved.svelte.ts';

export class SettingsEditor {
  readonly #latest: () => TaggedConfig;

  /** `latest` answers the settings in force as they were last read. */
  constructor(latest: () => TaggedConfig) {
    this.#latest = latest;
  }

  get #base(): TaggedConfig {
    return unsaved.base ?? this.#latest();
  }

  /** The settings before the edit. */
  get before(): Settings {
    return this.#base.config;
  }

  get settings(): Settings {
    return edited(this.before, unsaved.patch);
  }

  get patch(): Patch {
    return unsaved.patch;
  }

  get isChanged(): boolean {
    return !isUnchanged(unsaved.patch);
  }

  get changes(): readonly Difference[] {
    return this.isChanged ? differences(this.before, this.settings) : [];
  }

  /** What somebody else saved since the edit began; empty where nobody did. */
  get theirs(): readonly Difference[] {
    return differences(this.before, this.#latest().config);
  }

  /** Changing settings takes an admin; exactly where, the server decides. */
  get mayChange(): boolean {
    return session.may('admin');
  }

  /** What of the configuration owns the setting; null where it may be changed here. */
  ownerOf(path: string): string | null {
    return ownerOf(this.#latest().config.locked, path);
  }

  /** Whether the setting is only to be looked at. */
  isFixed(path: string): boolean {
    return !this.mayChange || this.ownerOf(path) !== null;
  }

  setFilter(filter: Partial<WireFilterSettings>): void {
    this.#want({ ...this.settings, filter: { ...this.settings.filter, ...filter } });
  }

  setRetention(retention: Partial<RetentionDays>): void {
    this.#want({ ...this.settings, retention: { ...this.settings.retention, ...retention } });
  }

  discard(): void {
    unsaved.drop();
  }

  /** One's own changes on top of what is in force now. */
  applyOnTop(): void {
    const latest = this.#latest();
    unsaved.keep(latest, rebased(this.before, unsaved.patch, latest.config));
  }

  /** Null where the settings changed meanwhile: then nothing was saved, and the draft is kept. Throws `ApiProblem`. */
  async save(): Promise<TaggedConfig | null> {
    const { etag } = this.#base;
    const { filter, retention } = unsaved.patch;
    const body = { filter, retention };
    try {
      const { answer, etag: saved } = await callWithTag('putConfig', { body }, etag === null ? {} : { ifMatch: etag });
      unsaved.drop();
      return { config: answer, etag: saved };
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 412) return null;
      throw error;
    }
  }

  #want(wanted: Settings): void {
    unsaved.keep(this.#base, patchTo(this.before, wanted));
  }
}
