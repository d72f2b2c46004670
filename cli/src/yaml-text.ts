/** Values as YAML: strings that a terminal would obey are quoted, with those characters escaped. */
import { Document, Scalar, visit } from 'yaml';
import { safeJson } from './printable.ts';

export function yamlText(value: unknown): string {
  const document = new Document(value);
  visit(document, {
    Scalar: (_key, node) => {
      if (typeof node.value === 'string' && safeJson(node.value) !== JSON.stringify(node.value))
        node.type = Scalar.QUOTE_DOUBLE;
    },
  });
  const text = document.toString({ lineWidth: 0 });
  // Only double-quoted strings still hold such characters, and there an escape means the same.
  return text.replace(/[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]/g, (character) =>
    safeJson(character).slice(1, -1),
  );
}
