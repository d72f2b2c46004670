/** Code nodes, made from typed and tested files: their types are taken off, and what they import comes along. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { type Node, node } from './canvas.ts';

const NODES = join(import.meta.dirname, '../nodes');

/** Runs once for all items. `last` are the lines that call what the files export, in n8n's own terms. */
export function codeNode(
  name: string,
  position: readonly [number, number],
  files: readonly string[],
  last: readonly string[],
): Node {
  const taken = new Set<string>();
  const code = [...files.flatMap((file) => withImports(file, taken)), ...last].join('\n');
  return node(name, ['code', 2], position, { mode: 'runOnceForAllItems', language: 'javaScript', jsCode: code });
}

/** The file's JavaScript after that of what it imports, each once. */
function withImports(file: string, taken: Set<string>): string[] {
  if (taken.has(file)) return [];
  taken.add(file);
  const source = readFileSync(join(NODES, file), 'utf8');
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true },
  });
  const imported = [...outputText.matchAll(/^import \{[^}]*\} from '\.\/([\w-]+\.ts)';$/gm)].map(
    ([, path]) => path ?? '',
  );
  const own = outputText
    .replace(/^import .*\n/gm, '')
    .replace(/^export \{\};?\n/gm, '')
    .replace(/^export /gm, '');
  return [...imported.flatMap((path) => withImports(path, taken)), own];
}
