/** The forms in which answers are printed for programs: JSON, lines of it, YAML. */
import { Option } from 'commander';
import { safeJson } from './printable.ts';
import { yamlText } from './yaml-text.ts';

/** Of one answer: for people, or whole for programs. */
export const TEXT_FORMS = ['text', 'json', 'yaml'] as const;
export type TextForm = (typeof TEXT_FORMS)[number];

export function outputOption<Form extends string>(forms: readonly Form[], usual: Form): Option {
  return new Option('-o, --output <form>', 'the form of what is printed').choices(forms).default(usual);
}

export function structured(value: unknown, form: 'json' | 'jsonl' | 'yaml'): string {
  switch (form) {
    case 'json':
      return `${safeJson(value, 2)}\n`;
    case 'jsonl':
      return (Array.isArray(value) ? value : [value]).map((item: unknown) => `${safeJson(item)}\n`).join('');
    case 'yaml':
      return yamlText(value);
  }
}
