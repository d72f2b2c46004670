/** How a workflow does a thing once: keys in one of n8n's data tables, kept for 30 days. */
import { type Node, node, type Wire, whether } from './canvas.ts';
import { codeNode } from './code-node.ts';

const MEMORY = { dataTableId: { __rl: true, mode: 'name', value: 'tattle_seen' } };
/** Where n8n has no data tables, or theirs are full, it is better to be told twice than not at all. */
const ANYWAY = { onError: 'continueRegularOutput', alwaysOutputData: true };

/**
 * Goes on from `First?` with what `from` gave, once for each of its `key`s. Of several executions at the same time the one with the
 * first row has it: rows are written before they are looked at. (n8n's own *Remove Duplicates* keeps all keys in one row, which
 * executions at the same time overwrite, and fails for good when it is full.)
 */
export function onlyOnce(from: string, [x, y]: readonly [number, number]): { nodes: Node[]; wires: Wire[] } {
  const table = (name: string, at: number, parameters: object) =>
    node(name, ['dataTable', 1.1], [x + at, y], parameters, ANYWAY);
  const condition = { keyName: 'key', condition: 'eq', keyValue: `={{ $('${from}').first().json.key }}` };
  const nodes = [
    table('A memory', 0, {
      resource: 'table',
      operation: 'create',
      tableName: MEMORY.dataTableId.value,
      columns: { column: [{ name: 'key', type: 'string' }] },
      options: { createIfNotExists: true },
    }),
    table('Write it down', 220, {
      resource: 'row',
      operation: 'insert',
      ...MEMORY,
      columns: { mappingMode: 'defineBelow', value: { key: condition.keyValue }, schema: [KEY_COLUMN] },
      options: {},
    }),
    table('Who was first', 440, {
      resource: 'row',
      operation: 'get',
      ...MEMORY,
      matchType: 'allConditions',
      filters: { conditions: [condition] },
      limit: 1,
      orderBy: true,
      orderByColumn: 'id',
      orderByDirection: 'ASC',
    }),
    codeNode(
      'Was it this one',
      [x + 660, y],
      [],
      [
        "const isFirst = $('Write it down').first().json.id === $input.first().json.id;",
        `return [{ json: { ...$('${from}').first().json, isFirst } }];`,
      ],
    ),
    whether('First?', [x + 880, y], '$json.isFirst'),
  ];
  const wires: Wire[] = [
    [from, 'A memory'],
    ['A memory', 'Write it down'],
    ['Write it down', 'Who was first'],
    ['Who was first', 'Was it this one'],
    ['Was it this one', 'First?'],
  ];
  return { nodes, wires };
}

const KEY_COLUMN = {
  id: 'key',
  displayName: 'key',
  type: 'string',
  required: false,
  display: true,
  defaultMatch: false,
};

/** What is older is not sent again. */
export function forgetOld(position: readonly [number, number]): Node {
  const condition = { keyName: 'createdAt', condition: 'lt', keyValue: '={{ $now.minus({ days: 30 }).toISO() }}' };
  const deleting = { resource: 'row', operation: 'deleteRows', ...MEMORY, matchType: 'allConditions' };
  return node(
    'Forget after 30 days',
    ['dataTable', 1.1],
    position,
    { ...deleting, filters: { conditions: [condition] }, options: {} },
    ANYWAY,
  );
}
