import { describe, expect, it } from 'vitest';
import { commandsOf, describeCommand, eventsCommand, getCommand } from './kubectl.ts';

describe('a command', () => {
  it('names the object and its namespace', () => {
    expect(describeCommand({ kind: 'Pod', namespace: 'shop', name: 'api-1' })).toBe(
      'kubectl -n shop describe pod api-1',
    );
    expect(describeCommand({ kind: 'Node', namespace: '', name: 'node-1' })).toBe('kubectl describe node node-1');
    expect(eventsCommand({ kind: 'Node', namespace: '', name: 'node-1' })).toBe(
      'kubectl -n default get events --field-selector involvedObject.name=node-1',
    );
    expect(getCommand('shop', 'resourcequota')).toBe('kubectl -n shop get resourcequota');
  });

  it.each(['api; rm -rf /', '$(id)', '-A', 'a b', '', 'x'.repeat(300), 'api\nls'])('is not made of %j', (name) => {
    const ref = { kind: 'Pod', namespace: 'shop', name };
    expect(commandsOf(describeCommand(ref), eventsCommand(ref))).toEqual([]);
    if (name !== '') expect(getCommand(name, 'pods')).toBeNull();
  });
});
