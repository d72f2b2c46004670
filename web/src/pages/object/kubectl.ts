/** Commands that only read, for what Tattle does not know: quoted for a POSIX shell. */
import type { WireObjectRef } from '@tattle/contract';

export interface Command {
  /** What it shows. */
  readonly about: string;
  readonly text: string;
}

const PLAIN = /^[\w./:=@-]+$/;

/** As one word of a shell, whatever it holds. */
export function quoted(text: string): string {
  return PLAIN.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** None for a name that no object of Kubernetes can have, and that would look like more than one command. */
export function readingCommands({ kind, namespace, name }: Omit<WireObjectRef, 'uid'>): readonly Command[] {
  if (/\p{Cc}/u.test(`${kind}${namespace}${name}`) || kind === '' || name === '') return [];
  // Kind and name in one word: a name that begins with a dash is no option.
  const target = quoted(`${kind.toLowerCase()}/${name}`);
  const place = namespace === '' ? '' : ` -n ${quoted(namespace)}`;
  const describe = { about: 'Its state and newest events', text: `kubectl describe ${target}${place}` };
  const yaml = { about: 'All of it, as YAML', text: `kubectl get ${target}${place} -o yaml` };
  if (kind !== 'Pod') return [describe, yaml];
  const logs = `kubectl logs ${target}${place} --all-containers --tail=200`;
  return [
    describe,
    { about: 'The end of its logs', text: logs },
    { about: 'The end of the logs before its last restart', text: `${logs} --previous` },
    yaml,
  ];
}
