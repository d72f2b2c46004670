/** Services without an endpoint: no pod matches, none is ready, or the port that they send to has no such name. */
import { type Fields, fields, objects, text } from '../../../kit/fields.ts';
import type { Citation, Finding } from '../../../model/diagnosis.ts';
import type { Analyzer } from '../../analyzer.ts';
import type { Case, Piece, PodCase } from '../../case.ts';
import { cited, citeField } from '../../cite.ts';
import { commandsOf, describeCommand, isName } from '../../kubectl.ts';
import { concerns, type Statement, statementsOf } from '../../statement.ts';

export const endpoints: Analyzer = {
  name: 'endpoints',
  causes: ['no-endpoints'],
  analyze(the) {
    if (!concerns(the, ['NoEndpoints'])) return [];
    const said = statementsOf(the).find(({ reason, about }) => about.kind === 'Service' && reason === 'NoEndpoints');
    const service = serviceOf(the, said);
    if (service === undefined || isServed(service)) return [];
    const told = wrongPort(service, the) ?? nothingSelected(service, the) ?? noneReady(service, said, the);
    const wanted = told.first.includes(service.selector) ? null : service.selector;
    const citations = cited(...told.first, said?.citation, wanted).slice(0, 4);
    return citations.length === 0 ? [] : [findingOf(service, told, citations)];
  },
};

/** The service by its entry among the endpoints, by its own spec, or by name alone. */
interface Service {
  readonly name: string;
  readonly namespace: string;
  /** Where its selector and ports were read. */
  readonly piece: Piece<Fields> | undefined;
  readonly selector: Citation | null;
  /** `app=api, tier=web`. */
  readonly labels: string;
  /** Null where it is not known. */
  readonly ready: number | null;
  readonly selected: number | null;
}

function serviceOf(the: Case, said: Statement | undefined): Service | undefined {
  const object = the.objects.find(({ ref }) => ref.kind === 'Service');
  const wanted = object?.ref.name ?? said?.about.name;
  const entry = the.endpoints.find(({ value }) => wanted === undefined || value['service'] === wanted);
  const name = wanted ?? text(entry?.value['service'], 253);
  if (name === '') return undefined;
  const piece = object?.spec.value['selector'] === undefined ? entry : object.spec;
  return {
    name,
    namespace: object?.ref.namespace ?? said?.about.namespace ?? text(entry?.value['namespace'], 253),
    piece,
    selector: piece === undefined ? null : citeField(piece, ['selector']),
    labels: labelsOf(piece?.value ?? {}),
    ready: numberOf(entry?.value['ready']),
    selected: numberOf(entry?.value['selected_pods']),
  };
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

/** By the time of the capture it had endpoints again. */
function isServed({ ready }: Service): boolean {
  return ready !== null && ready > 0;
}

function labelsOf(service: Fields): string {
  return Object.entries(fields(service['selector']))
    .slice(0, 6)
    .map(([key, value]) => `${key.slice(0, 320)}=${text(value, 63)}`)
    .join(', ');
}

interface Told extends Pick<Finding, 'explanation' | 'confidence' | 'nextSteps'> {
  readonly first: readonly (Citation | null)[];
}

function wrongPort({ name, piece }: Service, { pods }: Case): Told | undefined {
  const port = piece === undefined ? undefined : missingPort(piece.value, pods);
  if (port === undefined || piece === undefined) return undefined;
  return {
    explanation: `Service ${name} sends to the port named ${port}, and no container of its pods has a port of that name.`,
    confidence: 0.92,
    first: [citeField(piece, ['ports'])],
    nextSteps: [
      `Name a container port ${port} in the pod template, or set targetPort to a number or a name that exists`,
    ],
  };
}

/** The first target port named that no container has; undefined where containers are not known. */
function missingPort(service: Fields, pods: readonly PodCase[]): string | undefined {
  const containers = pods.flatMap(({ spec }) => [
    ...objects(spec.value['containers']),
    ...objects(spec.value['initContainers']),
  ]);
  if (containers.length === 0) return undefined;
  const names = new Set(
    containers.flatMap((container) => objects(container['ports']).map((port) => text(port['name'], 63))),
  );
  return objects(service['ports'])
    .map(({ targetPort }) => targetPort)
    .find((target): target is string => typeof target === 'string' && /[a-z]/.test(target) && !names.has(target));
}

function nothingSelected({ name, labels, selected, piece, selector }: Service, { pods }: Case): Told | undefined {
  const isKnown = selected === 0;
  if (labels === '' || piece === undefined || !(isKnown || (selected === null && pods.length === 0))) return undefined;
  return {
    explanation: `Service ${name} has no endpoints: no running pod carries its selector's labels ${labels}.`,
    confidence: isKnown ? 0.92 : 0.75,
    first: [selector, isKnown ? citeField(piece, ['selected_pods']) : null],
    nextSteps: [
      `Compare ${labels} with the labels in the pod template of the workload: a difference of one letter is enough`,
      'Check that the workload behind it is not scaled to nothing, and that its pods can be made',
    ],
  };
}

/** Pods are there, and none takes requests: why, another analyzer may know better. */
function noneReady({ name, labels, selected }: Service, said: Statement | undefined, { pods }: Case): Told {
  const counted =
    /none of its (\d{1,6}) pods/.exec(said?.says ?? '')?.[1] ?? (selected === null ? undefined : selected);
  const names = pods.slice(0, 3).map(({ ref }) => ref.name);
  return {
    explanation: `Service ${name} has no endpoints: ${counted === undefined ? 'no pod' : `none of its ${counted} pods`}${labels === '' ? '' : ` with ${labels}`} is ready${names.length === 0 ? '' : ` (${names.join(', ')})`}.`,
    confidence: 0.65,
    first: pods
      .slice(0, 1)
      .map(({ status }) => citeField(status, ['conditions', 'Ready', 'message']) ?? citeField(status, ['phase'])),
    nextSteps: [
      'Find out why the pods are not ready: readiness probe, crash, or a missing dependency',
      'Requests to the service fail until one of them is',
    ],
  };
}

function findingOf({ name, namespace }: Service, told: Told, citations: readonly Citation[]): Finding {
  const { explanation, confidence, nextSteps } = told;
  const isPlace = isName(name) && isName(namespace);
  return {
    cause: 'no-endpoints',
    explanation,
    confidence,
    citations,
    nextSteps,
    commands: commandsOf(
      describeCommand({ kind: 'Service', namespace, name }),
      isPlace ? `kubectl -n ${namespace} get endpointslices -l kubernetes.io/service-name=${name}` : null,
      isPlace ? `kubectl -n ${namespace} get pods --show-labels` : null,
    ),
  };
}
