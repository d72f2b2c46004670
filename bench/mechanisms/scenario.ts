/** What a scenario is: something that goes wrong, or only looks so, in a namespace of its own, and what is right to say of it. */
import { Deployment, type NewDeployment } from './deployment.ts';
import type { ContainerSpec, PodPlan, Run, Step } from './pod-plan.ts';
import type { World } from './world.ts';

export interface Truth {
  readonly namespace: string;
  readonly title: string;
  readonly kind?: string;
  readonly name?: string;
  readonly condition?: string | readonly string[];
  readonly cause?: string | readonly string[];
  readonly must_cite?: readonly string[];
  readonly severity?: 'critical' | 'high' | 'medium';
  readonly fix?: string;
  readonly none?: true;
}

export interface Scenario {
  readonly truth: Truth;
  /** Seconds after the recording began, or before it. */
  readonly begin: number;
  readonly act: (world: World, namespace: string) => void;
}

export function deploy(world: World, made: NewDeployment): Deployment {
  return new Deployment(world, made);
}

/** One container, named as its workload. */
export function app(
  name: string,
  image: string,
  runs: readonly Run[],
  more: Partial<PodPlan> = {},
  container: object = {},
): PodPlan {
  const { spec, ...rest } = more;
  const isProbed = runs.some(({ readyAfter }) => readyAfter !== undefined);
  const main: ContainerSpec = {
    name,
    image: `registry.acme.example/${image}`,
    ...(isProbed && HTTP_READINESS),
    ...container,
  };
  return { runs: { [name]: runs }, ...rest, spec: { ...spec, containers: [main, ...(spec?.containers ?? [])] } };
}

/** A container that ends by itself soon after each start. */
export function crashing(
  seconds: number,
  exitCode: number,
  log: readonly string[],
  more: Partial<Run> = {},
): readonly Run[] {
  return [{ seconds, exitCode, log, readyAfter: null, ...more }];
}

const HTTP_READINESS = {
  readinessProbe: {
    httpGet: { path: '/healthz', port: 8080, scheme: 'HTTP' },
    initialDelaySeconds: 5,
    timeoutSeconds: 1,
    periodSeconds: 10,
    successThreshold: 1,
    failureThreshold: 3,
  },
};

/** A pull that fails each time, at the intervals of the kubelet's back-off. */
export function failingPull(image: string, error: string): readonly Step[] {
  const tries = [0.9, 15.4, 42.8, 84.1, 167.3, 330.6];
  const backOff = `Back-off pulling image "${image}"`;
  return tries.flatMap((after): Step[] => [
    {
      after,
      waiting: { reason: 'ErrImagePull', message: error },
      events: [
        ['Normal', 'Pulling', `Pulling image "${image}"`],
        ['Warning', 'Failed', `Failed to pull image "${image}": ${error}`],
        ['Warning', 'Failed', 'Error: ErrImagePull'],
      ],
    },
    {
      after: after + 12.7,
      waiting: { reason: 'ImagePullBackOff', message: `${backOff}: ErrImagePull: ${error}` },
      events: [
        ['Normal', 'BackOff', backOff],
        ['Warning', 'Failed', 'Error: ImagePullBackOff'],
      ],
    },
  ]);
}

/** The kubelet tries again every dozen seconds or so; the state stays as it is. */
export function failingAgain(reason: string, message: string, events: Step['events'], until = 360): readonly Step[] {
  const steps: Step[] = [];
  for (let after = 0.3; after < until; after += 13.3) steps.push({ after, waiting: { reason, message }, events });
  return steps;
}
