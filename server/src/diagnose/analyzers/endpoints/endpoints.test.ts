import { describe, expect, it } from 'vitest';
import { type CaseShape, makeCase, words } from '../../testing/make-case.ts';
import { endpoints } from './endpoints.ts';

const object = { kind: 'Service', namespace: 'shop', name: 'api' };
const service = (targetPort: unknown = 8080) => ({
  kind: 'Service',
  spec: { selector: { app: 'api', tier: 'web' }, ports: [{ port: 80, targetPort }] },
});
const pod = {
  spec: { containers: [{ name: 'app', ports: [{ name: 'http', containerPort: 8080 }] }] },
  status: { conditions: [{ type: 'Ready', status: 'False', message: 'containers with unready status: [app]' }] },
};
const found = (shape: CaseShape) =>
  endpoints.analyze(makeCase({ condition: 'NoEndpoints', root: object, ...shape }))[0];

describe('endpoints', () => {
  it('finds a selector that no pod matches', () => {
    const entry = {
      service: 'api',
      namespace: 'shop',
      selector: { app: 'api', tier: 'web' },
      ready: 0,
      selected_pods: 0,
    };
    const finding = found({ endpoints: [entry] });
    expect(finding).toMatchObject({ cause: 'no-endpoints', confidence: 0.92 });
    expect(finding?.explanation).toContain('labels app=api, tier=web');
    expect(words(finding)).toEqual(['selector: {"app":"api","tier":"web"}', 'selected_pods: 0']);
    expect(finding?.commands[1]).toBe('kubectl -n shop get endpointslices -l kubernetes.io/service-name=api');
  });

  it('takes no pods captured for none, less surely', () => {
    expect(found({ objects: [service()] })).toMatchObject({ confidence: 0.75 });
  });

  it('stays silent once there are endpoints again', () => {
    expect(found({ objects: [service()], endpoints: [{ service: 'api', ready: 2 }] })).toBeUndefined();
  });

  it('finds a target port that no container has', () => {
    const finding = found({ objects: [service('web')], pods: [pod] });
    expect(finding).toMatchObject({ confidence: 0.92 });
    expect(finding?.explanation).toContain('port named web');
    expect(words(finding)[0]).toContain('"targetPort":"web"');
  });

  it('tells of pods that are not ready, and leaves why to others', () => {
    const message = 'The service has no endpoints: none of its 3 pods is ready';
    const finding = found({
      objects: [service('http')],
      pods: [pod],
      events: [{ reason: 'NoEndpoints', message, object, source: 'tattle' }],
    });
    expect(finding).toMatchObject({ confidence: 0.65 });
    expect(finding?.explanation).toContain('none of its 3 pods with app=api, tier=web is ready (api-1)');
    expect(words(finding)).toContain(message);
  });

  it('stays silent for an empty case, and where other things are wrong', () => {
    expect(endpoints.analyze(makeCase({ condition: 'NoEndpoints' }))).toEqual([]);
    expect(endpoints.analyze(makeCase({ condition: 'Unhealthy', objects: [service()] }))).toEqual([]);
  });
});
