import { describe, expect, it } from 'vitest';
import { splitParts } from './split-parts.ts';

const strand = (namespace: string, name: string, condition: string) => ({
  root: { kind: 'Deployment', namespace, name, uid: '' },
  condition,
});

describe('what an incident can be split by', () => {
  it('is each object and each condition once', () => {
    const strands = [
      strand('shop', 'web', 'OOMKilled'),
      strand('shop', 'web', 'Unhealthy'),
      strand('shop', 'api', 'OOMKilled'),
    ];
    expect(splitParts(strands)).toEqual({
      objects: ['Deployment/api', 'Deployment/web'],
      conditions: ['OOMKilled', 'Unhealthy'],
    });
  });

  it('names the namespace where two have one name', () => {
    expect(splitParts([strand('a', 'web', 'X'), strand('b', 'web', 'X'), strand('a', 'api', 'X')]).objects).toEqual([
      'Deployment/api',
      'a/Deployment/web',
      'b/Deployment/web',
    ]);
  });
});
