/** The `notify` section that is being tried: it outlives the page, for as long as the tab is open. */

class TrialDraft {
  /** Null: nobody has written anything yet. */
  #text = $state<string | null>(null);

  get text(): string | null {
    return this.#text;
  }

  write(text: string | null): void {
    this.#text = text;
  }
}

export const trialDraft = new TrialDraft();
