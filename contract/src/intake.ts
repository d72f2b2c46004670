/** What others hand in, on the wire: alerts, CloudEvents, an application's own words, logs. Each may hold more than is read of it. */
import { z } from 'zod';
import { dropReason } from './config-preview.ts';

const words = z.record(z.string(), z.string());
const when = z.string().describe('RFC 3339.');

const alert = z.object({
  status: z.enum(['firing', 'resolved']),
  labels: words
    .optional()
    .describe(
      '`alertname` is the condition. `cluster`, `namespace`, `pod`, `deployment`, `node` and the like say what it is about, `severity` how bad it is.',
    ),
  annotations: words.optional().describe('`summary`, `description` and `runbook_url` are what people read.'),
  startsAt: when.optional(),
  endsAt: when.optional().describe('The year 1 while nobody knows.'),
  generatorURL: z.string().optional(),
  fingerprint: z.string().optional().describe('Of its labels.'),
});

export const alertmanagerMessage = z
  .object({
    alerts: z.array(alert),
    version: z.string().optional(),
    groupKey: z.string().optional(),
    truncatedAlerts: z.int().min(0).optional().describe('Alerts that were left out for `max_alerts`.'),
  })
  .meta({ id: 'AlertmanagerMessage', description: 'What Alertmanager sends to a webhook receiver, version 4.' });

export const cloudEvent = z
  .object({
    specversion: z.literal('1.0'),
    id: z.string().min(1).describe('Unique among those of its source: sent again, it is the same event.'),
    source: z.string().min(1),
    type: z.string().min(1).describe('The reason under which it is stored.'),
    subject: z.string().optional().describe('Read where it is written `namespace/kind/name`.'),
    time: when.optional(),
    k8scluster: z.string().optional().describe('Name or uid of the cluster.'),
    k8snamespace: z.string().optional(),
    k8skind: z.string().optional(),
    k8sname: z.string().optional(),
    data: z
      .object({
        message: z.string().optional(),
        severity: z.string().optional(),
        namespace: z.string().optional(),
        kind: z.string().optional(),
        name: z.string().optional(),
        version: z.string().optional().describe('Of a deploy: what was deployed. It is then a change of its workload.'),
        previousVersion: z.string().optional(),
        image: z.string().optional(),
        previousImage: z.string().optional(),
      })
      .optional(),
  })
  .meta({ id: 'CloudEvent', description: 'In structured form, one or, as a batch, many.' });

export const reportedEvent = z
  .object({
    reason: z.string().min(1).max(512).describe('What happened, in a word.'),
    message: z.string(),
    id: z.string().optional().describe('Sent again under the same one, it is the same event.'),
    time: when.optional(),
    cluster: z.string().optional().describe('Name or uid; left out, the one that is watched.'),
    namespace: z.string().optional().describe('Left out only of what lies in none.'),
    kind: z.string().optional(),
    name: z.string().optional(),
    type: z.enum(['Normal', 'Warning']).optional(),
    severity: z
      .string()
      .optional()
      .describe('critical, high, medium, low, info, or as Alertmanager and syslog call them.'),
    count: z.int().min(1).optional().describe('How often it happened up to now.'),
    labels: words.optional(),
  })
  .meta({
    id: 'ReportedEvent',
    description:
      'In the words of an application, as a Kubernetes Event, or as a line of a log with what a shipper knows of its pod.',
  });

const anyValue = z.object({
  stringValue: z.string().optional(),
  boolValue: z.boolean().optional(),
  intValue: z.union([z.string(), z.int()]).optional(),
  doubleValue: z.number().optional(),
});
const attributes = z.array(z.object({ key: z.string(), value: anyValue.optional() }));

export const otlpLogs = z
  .object({
    resourceLogs: z.array(
      z.object({
        resource: z.object({ attributes: attributes.optional() }).optional(),
        scopeLogs: z
          .array(
            z.object({
              logRecords: z
                .array(
                  z.object({
                    timeUnixNano: z.string().optional(),
                    observedTimeUnixNano: z.string().optional(),
                    severityNumber: z.int().optional(),
                    severityText: z.string().optional(),
                    body: anyValue.optional(),
                    attributes: attributes.optional(),
                    traceId: z.string().optional().describe('Hexadecimal.'),
                    spanId: z.string().optional(),
                    eventName: z.string().optional(),
                  }),
                )
                .optional(),
            }),
          )
          .optional(),
      }),
    ),
  })
  .meta({
    id: 'OtlpLogs',
    description: 'ExportLogsServiceRequest of OTLP 1, as JSON; without anything in it, nothing is taken.',
  });

export const intakeAnswer = z
  .object({
    taken: z.int().describe('Those that are stored now, or were before: they need not be sent again.'),
    dropped: z
      .partialRecord(dropReason, z.int())
      .describe('Those that were read and are not kept, by reason; they need not be sent again either.'),
    faults: z
      .array(
        z.object({
          at: z.string().describe('Where it stood: `alerts[2]`, `line 7`.'),
          message: z.string(),
        }),
      )
      .describe('Those that could not be read, the first 100.'),
    faulty: z.int().describe('How many could not be read.'),
    notes: z
      .array(z.string())
      .describe(
        'What was taken otherwise than it was meant: under the cluster `unassigned`, of more made-up clusters than one sender may name.',
      ),
  })
  .meta({ id: 'IntakeAnswer' });
export type WireIntakeAnswer = z.infer<typeof intakeAnswer>;

export const otlpAnswer = z.object({
  partialSuccess: z
    .object({ rejectedLogRecords: z.string().describe('A 64-bit count.'), errorMessage: z.string() })
    .optional()
    .describe('Left out where every record was taken as it was meant; with 0 rejected it is a warning.'),
});
