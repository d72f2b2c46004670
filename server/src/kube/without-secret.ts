/** A failure without the words of a server that repeats a secret it was sent: messages end in logs. */
import type { KubeFailure } from './answer.ts';

/** Messages are cut to this, characters. */
const MAX_MESSAGE = 1000;
/** So much of a secret in a row is too much of it. */
const TELLTALE = 8;

export function withoutSecret(failure: KubeFailure, secret: string): KubeFailure {
  const message = failure.message.slice(0, MAX_MESSAGE);
  if (!repeats(`${failure.reason}\n${message}`, secret)) return { ...failure, message };
  const code = failure.code === 0 ? '' : ` (HTTP ${failure.code})`;
  return { ...failure, reason: '', message: `${failure.kind}${code}; the server's words repeat the secret` };
}

function repeats(text: string, secret: string): boolean {
  const run = Math.min(TELLTALE, secret.length);
  for (let at = 0; at + run <= text.length; at += 1) if (secret.includes(text.slice(at, at + run))) return true;
  return false;
}
