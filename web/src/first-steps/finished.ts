/** Whether the first steps were done once, as this browser remembers: it need not ask for them on every visit. */

const KEY = 'tattle.first-steps';

export function wereFinished(): boolean {
  try {
    return localStorage.getItem(KEY) === 'done';
  } catch {
    return false;
  }
}

export function rememberFinished(): void {
  try {
    localStorage.setItem(KEY, 'done');
  } catch {
    // Private windows may refuse: then it asks again.
  }
}
