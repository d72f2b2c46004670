/** Where others hand in what they know. A 2xx says that it is on the disk of the store. */
import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { alertmanagerMessage, cloudEvent, intakeAnswer, otlpAnswer, otlpLogs, reportedEvent } from '../intake.ts';

const common = {
  method: 'POST',
  tag: 'Intake',
  access: { role: 'reporter', scope: 'applied' },
} as const;

const PROTOBUF = 'application/x-protobuf';
const RETRY = 'While the store is away, or too much waits for it, the answer is 503: send it again later.';

export const intakeEndpoints = {
  takeAlerts: endpoint({
    ...common,
    id: 'takeAlerts',
    path: '/api/v1/intake/alertmanager',
    summary: 'Alerts, as a webhook receiver of Alertmanager',
    description: `What Alertmanager repeats changes nothing; an alert goes on until it is resolved. Alerts that Tattle made itself are left out. ${RETRY}`,
    body: alertmanagerMessage,
    bodyHint: 'Let Alertmanager send it: a receiver with webhook_configs.',
    answer: intakeAnswer,
    handedIn: { types: [] },
  }),
  takeCloudEvents: endpoint({
    ...common,
    id: 'takeCloudEvents',
    path: '/api/v1/intake/cloudevents',
    summary: 'CloudEvents 1.0: one in structured or binary form, or a batch',
    description: `In binary form the attributes are headers (\`ce-id\`, \`ce-type\`, …) and the body is the data, of any type. ${RETRY}`,
    body: z.union([cloudEvent, z.array(cloudEvent)]),
    bodyHint: 'Send {"specversion": "1.0", "id": "1", "source": "ci", "type": "deploy", "k8snamespace": "shop"}.',
    answer: intakeAnswer,
    handedIn: { types: ['application/cloudevents+json', 'application/cloudevents-batch+json', '*/*'] },
  }),
  takeEvents: endpoint({
    ...common,
    id: 'takeEvents',
    path: '/api/v1/intake/events',
    summary: 'What an application, or a log shipper, says: an object, an array, or JSON lines',
    description: `A line that is wrong takes none of the others along: the answer names it. ${RETRY}`,
    body: z.union([reportedEvent, z.array(reportedEvent)]),
    bodyHint:
      'Send {"namespace": "shop", "kind": "Deployment", "name": "cart", "reason": "CacheLost", "message": "…"}.',
    answer: intakeAnswer,
    handedIn: { types: ['application/x-ndjson'] },
  }),
  takeOtlpLogs: endpoint({
    ...common,
    id: 'takeOtlpLogs',
    path: '/api/v1/intake/otlp/v1/logs',
    summary: 'Logs of OpenTelemetry, by OTLP over HTTP',
    description: `An ExportLogsServiceRequest as protobuf, which exporters send by default, or as JSON; also packed with gzip. To protobuf the answer is an ExportLogsServiceResponse, and what is wrong a google.rpc.Status. ${RETRY}`,
    body: otlpLogs,
    bodyHint:
      'Let an OTLP exporter send it: as protobuf under "Content-Type: application/x-protobuf", as JSON under application/json.',
    answer: otlpAnswer,
    handedIn: { types: [PROTOBUF], answeredAlike: [PROTOBUF] },
  }),
};
