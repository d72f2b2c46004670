/** The file that a line names. */
import { firstNamed } from './sign.ts';

const PATHS: readonly RegExp[] = [
  /['"`‘“](\/[^'"`’”]{1,300})['"`’”]/,
  /(?:open|mkdir|stat|unlink|rename|chmod|chown|access|scandir|rmdir|write|create|fork\/exec|lstat|remove|link|unix|lchown|chtimes) (\/[^\s:,;]{1,300})/,
  /(?:Exception|Error|nginx|file|directory|directory:|folder|path):? \[?(\/[^\s:,;\])]{1,300})/,
  /\[(\/[^\]\s]{1,300})\]/,
  /(?:^|[\s:(])(\/[^\s:,;()]{1,300}): (?:Permission|permission|Operation|Read-only|read-only|No space)/,
  /(?:^|[\s=(])(\/[\w.@/-]{1,300})/,
];

/** The file that the line names; `./relative` ones too where there is nothing else. */
export function pathIn(words: string): string {
  return firstNamed(words, PATHS) || firstNamed(words, [/['"`]([\w./-]{2,200})['"`]/]);
}
