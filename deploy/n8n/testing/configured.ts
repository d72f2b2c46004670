/** The two workflows as a person sets them up: from the files, with the fields of their *Settings* filled in. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { KEY_TEXT } from './signed.ts';

interface Workflow {
  readonly id: string;
  readonly nodes: readonly { readonly name: string; readonly parameters: Record<string, unknown> }[];
}

interface Assignment {
  readonly name: string;
  value: string | number;
}

/** Throws where a setting is not in the file. */
export function configured(file: string, settings: Readonly<Record<string, string | number>>): Workflow {
  const workflow = JSON.parse(readFileSync(join(import.meta.dirname, '..', file), 'utf8')) as Workflow;
  const node = workflow.nodes.find(({ name }) => name === 'Settings');
  const { assignments } = node?.parameters['assignments'] as { assignments: Assignment[] };
  for (const [name, value] of Object.entries(settings)) {
    const found = assignments.find((assignment) => assignment.name === `settings.${name}`);
    if (found === undefined) throw new Error(`${file} has no setting ${name}`);
    found.value = value;
  }
  return workflow;
}

/** With other parameters of some nodes. */
export function changed(workflow: Workflow, parameters: Readonly<Record<string, object>>): Workflow {
  const nodes = workflow.nodes.map((node) => ({
    ...node,
    parameters: { ...node.parameters, ...parameters[node.name] },
  }));
  return { ...workflow, nodes };
}

/** A second one beside it, under another name and address. */
export function copied(workflow: Workflow, name: string): Workflow {
  const { nodes } = changed(workflow, { Webhook: { path: name } });
  return {
    ...workflow,
    id: name,
    nodes: nodes.map((node) => (node.name === 'Webhook' ? { ...node, webhookId: name } : node)),
  };
}

/** The parameters of an *Edit fields* node with these values. */
export function assigned(values: Readonly<Record<string, string>>): object {
  const assignments = Object.entries(values).map(([name, value]) => ({ id: name, name, value, type: 'string' }));
  return { assignments: { assignments } };
}

export function credentials(tokens: { readonly reads: string; readonly acts: string }): object[] {
  const bearer = (id: string, name: string, token: string) => ({ id, name, type: 'httpBearerAuth', data: { token } });
  return [
    { id: 'tattleWebhookKey', name: 'Tattle webhook secret', type: 'crypto', data: { hmacSecret: KEY_TEXT } },
    bearer('tattleApiReads', 'Tattle API, reads', tokens.reads),
    bearer('tattleApiActs', 'Tattle API, acknowledges', tokens.acts),
    bearer('tattleModelKey', 'Model key', 'of-the-model'),
  ];
}
