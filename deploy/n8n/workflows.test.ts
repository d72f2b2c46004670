import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { expect, it } from 'vitest';
import { workflows } from './source/workflows.ts';

interface Workflow {
  readonly nodes: readonly {
    readonly id: string;
    readonly name: string;
    readonly parameters: Record<string, unknown>;
  }[];
  readonly connections: Readonly<Record<string, { readonly main: readonly (readonly { readonly node: string }[])[] }>>;
}

const made = [...workflows()].map(([file, text]) => ({ file, workflow: JSON.parse(text) as Workflow }));

it.each(made)('$file is what its source writes (node deploy/n8n/source/write.ts)', ({ file, workflow }) => {
  expect(JSON.parse(readFileSync(join(import.meta.dirname, file), 'utf8'))).toEqual(workflow);
});

it.each(made)(
  '$file names each node once, and connects and asks only nodes that it has',
  ({ workflow: { nodes, connections } }) => {
    const names = nodes.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(nodes.map(({ id }) => id)).size).toBe(names.length);
    const connected = Object.entries(connections).flatMap(([from, { main }]) => [
      from,
      ...main.flat().map(({ node }) => node),
    ]);
    const asked = [...JSON.stringify(nodes).matchAll(/\$\('([^']+)'\)/g)].map(([, name]) => name);
    expect(names).toEqual(expect.arrayContaining([...connected, ...asked]));
  },
);

it.each(made)('$file leads from a trigger to every node', ({ workflow: { nodes, connections } }) => {
  const led = new Set(Object.values(connections).flatMap(({ main }) => main.flat().map(({ node }) => node)));
  const alone = nodes.map(({ name }) => name).filter((name) => !led.has(name) && !name.startsWith('Note '));
  expect(alone.filter((name) => !['Webhook', 'Every half hour', 'Execute workflow'].includes(name))).toEqual([]);
});

it.each(made)('$file has Code nodes that are scripts, without modules or types', ({ workflow: { nodes } }) => {
  for (const { parameters } of nodes) {
    if (typeof parameters['jsCode'] !== 'string') continue;
    expect(parameters['jsCode']).not.toMatch(/^(import|export|interface|type) /m);
    // As n8n runs it: the body of an asynchronous function.
    expect(() => new Script(`(async function () {${String(parameters['jsCode'])}\n})`)).not.toThrow();
  }
});
