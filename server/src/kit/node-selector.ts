/** Which nodes a pod lets itself be placed on: its node selector and its required node affinity, read as the scheduler does. */
import { type Fields, fields, objects, text } from './fields.ts';

export interface Selectable {
  readonly name: string;
  readonly labels: Fields;
}

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const LONGEST_KEY = 320;
/** The longest value that a label may have. */
const LONGEST_VALUE = 63;
const MOST_TERMS = 32;

/** Whether the pod asks for some nodes rather than others. */
export function isSelective(podSpec: Fields): boolean {
  return Object.keys(fields(podSpec['nodeSelector'])).length > 0 || requiredTerms(podSpec) !== undefined;
}

export function selectsNode(podSpec: Fields, node: Selectable): boolean {
  const wanted = Object.entries(fields(podSpec['nodeSelector']));
  if (!wanted.every(([key, value]) => labelOf(node, key) === text(value, LONGEST_VALUE))) return false;
  return requiredTerms(podSpec)?.some((term) => fulfils(term, node)) ?? true;
}

/** The labels that it asks for, by their keys. */
export function selectedLabels(podSpec: Fields): ReadonlySet<string> {
  const terms = requiredTerms(podSpec) ?? [];
  const affinity = terms.flatMap((term) => objects(term['matchExpressions']).map(({ key }) => text(key, LONGEST_KEY)));
  return new Set([...Object.keys(fields(podSpec['nodeSelector'])), ...affinity]);
}

/** Undefined where nothing is required. */
function requiredTerms(podSpec: Fields): readonly Fields[] | undefined {
  const required = fields(fields(fields(podSpec['affinity'])['nodeAffinity'])[REQUIRED])['nodeSelectorTerms'];
  return Array.isArray(required) ? objects(required).slice(0, MOST_TERMS) : undefined;
}

/** An empty term selects no node. */
function fulfils(term: Fields, node: Selectable): boolean {
  const expressions = objects(term['matchExpressions']);
  const names = objects(term['matchFields']);
  if (expressions.length + names.length === 0) return false;
  return (
    expressions.every((expression) => holds(expression, labelOf(node, text(expression['key'], LONGEST_KEY)))) &&
    names.every((expression) => expression['key'] === 'metadata.name' && holds(expression, node.name))
  );
}

function holds({ operator, values }: Fields, label: string | undefined): boolean {
  const among = Array.isArray(values) ? values.map((value) => text(value)) : [];
  switch (operator) {
    case 'In':
      return label !== undefined && among.includes(label);
    case 'NotIn':
      return label === undefined || !among.includes(label);
    case 'Exists':
      return label !== undefined;
    case 'DoesNotExist':
      return label === undefined;
    case 'Gt':
      return compared(label, among[0], (a, b) => a > b);
    case 'Lt':
      return compared(label, among[0], (a, b) => a < b);
    default:
      return false;
  }
}

function compared(
  label: string | undefined,
  value: string | undefined,
  fits: (a: number, b: number) => boolean,
): boolean {
  const isWhole = (word: string | undefined): word is string => word !== undefined && /^-?\d{1,15}$/.test(word);
  return isWhole(label) && isWhole(value) && fits(Number(label), Number(value));
}

function labelOf({ labels }: Selectable, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? text(labels[key], LONGEST_KEY) : undefined;
}
