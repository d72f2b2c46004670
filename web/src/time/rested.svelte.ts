/** A value once it has stayed the same for a moment: what follows somebody who writes need not follow every letter. */

const REST_MS = 300;

/** For a component's start. */
export function rested<Value>(value: () => Value): () => Value {
  let settled = $state.raw(value());
  $effect(() => {
    const next = value();
    const timer = setTimeout(() => (settled = next), REST_MS);
    return () => clearTimeout(timer);
  });
  return () => settled;
}
