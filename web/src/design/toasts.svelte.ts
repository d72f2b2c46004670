/** Short messages about what was just done: they go by themselves, and nothing that matters is only there. */

interface Toast {
  readonly id: number;
  readonly text: string;
  /** Takes back what was done. */
  readonly undo?: { readonly label: string; readonly run: () => void };
}

const SHOWN_MS = 6000;

class Toasts {
  #items = $state<readonly Toast[]>([]);
  #next = 0;

  get items(): readonly Toast[] {
    return this.#items;
  }

  say(text: string, undo?: Toast['undo']): void {
    const id = this.#next++;
    this.#items = [...this.#items.slice(-2), { id, text, ...(undo === undefined ? {} : { undo }) }];
    setTimeout(() => this.dismiss(id), SHOWN_MS);
  }

  dismiss(id: number): void {
    this.#items = this.#items.filter((toast) => toast.id !== id);
  }
}

export const toasts = new Toasts();
