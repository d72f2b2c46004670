/** The parts of an n8n workflow: nodes on a canvas, and what leads from one to the next. */

export interface Node {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly typeVersion: number;
  readonly position: readonly [number, number];
  readonly parameters: object;
  readonly [more: string]: unknown;
}

/** [from, to] or [from, to, output]: a condition's output 0 is true, 1 is false; a node's that may fail is what went well. */
export type Wire = readonly [from: string, to: string, output?: number];

type Connections = Record<string, { main: { node: string; type: 'main'; index: 0 }[][] }>;

export function node(
  name: string,
  [type, typeVersion]: readonly [string, number],
  position: readonly [number, number],
  parameters: object,
  more: object = {},
): Node {
  const id = name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return { id, name, type: `n8n-nodes-base.${type}`, typeVersion, position, parameters, ...more };
}

/** A remark on the canvas. */
export function note(
  id: string,
  position: readonly [number, number],
  size: readonly [number, number],
  content: string,
): Node {
  const [width, height] = size;
  return node(`Note ${id}`, ['stickyNote', 1], position, { content, width, height });
}

export function connect(wires: readonly Wire[]): Connections {
  const connections: Connections = {};
  for (const [from, to, output = 0] of wires) {
    const { main } = (connections[from] ??= { main: [] });
    while (main.length <= output) main.push([]);
    main[output]?.push({ node: to, type: 'main', index: 0 });
  }
  return connections;
}

/** One condition over a boolean. */
export function whether(name: string, position: readonly [number, number], expression: string): Node {
  const operator = { type: 'boolean', operation: 'true', singleValue: true };
  return node(name, ['if', 2.3], position, {
    conditions: {
      options: { caseSensitive: true, leftValue: '', typeValidation: 'strict', version: 3 },
      conditions: [{ id: 'condition', leftValue: `={{ ${expression} }}`, rightValue: '', operator }],
      combinator: 'and',
    },
    options: {},
  });
}

/** Fields with texts and numbers that people edit; what comes in goes on beside them. */
export function fields(
  name: string,
  position: readonly [number, number],
  values: Readonly<Record<string, string | number>>,
): Node {
  const assignments = Object.entries(values).map(([field, value]) => ({
    id: field.replaceAll('.', '-'),
    name: field,
    value,
    type: typeof value === 'number' ? 'number' : 'string',
  }));
  return node(name, ['set', 3.4], position, { assignments: { assignments }, includeOtherFields: true, options: {} });
}
