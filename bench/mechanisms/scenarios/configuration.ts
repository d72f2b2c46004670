/** Applications that do not start because of how they are configured, or of a fault in their code. */
import { app, crashing, deploy, failingAgain, type Scenario } from '../scenario.ts';

const SPRING_LOG = [
  '  .   ____          _            __ _ _',
  ' :: Spring Boot ::                (v3.3.4)',
  '2026-10-14T08:20:31.412Z  INFO 1 --- [ledger] [           main] com.acme.ledger.LedgerApplication        : Starting LedgerApplication v2.8.0 using Java 21.0.4 with PID 1 (/app/ledger.jar started by app in /app)',
  "2026-10-14T08:20:37.905Z  WARN 1 --- [ledger] [           main] ConfigServletWebServerApplicationContext : Exception encountered during context initialization - cancelling refresh attempt: org.springframework.beans.factory.BeanCreationException: Error creating bean with name 'dataSourceConfig': Injection of autowired dependencies failed",
  '2026-10-14T08:20:37.958Z  INFO 1 --- [ledger] [           main] .s.b.a.l.ConditionEvaluationReportLogger : ',
  '2026-10-14T08:20:37.990Z ERROR 1 --- [ledger] [           main] o.s.boot.SpringApplication               : Application run failed',
  '',
  "org.springframework.beans.factory.BeanCreationException: Error creating bean with name 'dataSourceConfig': Injection of autowired dependencies failed",
  '\tat org.springframework.beans.factory.annotation.AutowiredAnnotationBeanPostProcessor.postProcessProperties(AutowiredAnnotationBeanPostProcessor.java:514) ~[spring-beans-6.1.13.jar!/:6.1.13]',
  '\tat org.springframework.boot.SpringApplication.run(SpringApplication.java:335) ~[spring-boot-3.3.4.jar!/:3.3.4]',
  '\tat com.acme.ledger.LedgerApplication.main(LedgerApplication.java:14) ~[!/:2.8.0]',
  'Caused by: java.lang.IllegalArgumentException: Could not resolve placeholder \'DB_PASSWORD\' in value "${DB_PASSWORD}"',
  '\tat org.springframework.util.PropertyPlaceholderHelper.parseStringValue(PropertyPlaceholderHelper.java:180) ~[spring-core-6.1.13.jar!/:6.1.13]',
  '\t... 25 common frames omitted',
];

const GO_LOG = [
  'time=2026-10-14T08:20:22.118Z level=INFO msg="starting dispatcher" version=1.14.2',
  'panic: flag -queue-url is required',
  '',
  'goroutine 1 [running]:',
  'main.mustFlag(...)',
  '\t/src/cmd/dispatcher/flags.go:58',
  'main.main()',
  '\t/src/cmd/dispatcher/main.go:31 +0x1d4',
];

const PYTHON_LOG = [
  'INFO:pricing:loading tariff table version 2026-10',
  'Traceback (most recent call last):',
  '  File "/app/pricing/__main__.py", line 41, in <module>',
  '    main()',
  '  File "/app/pricing/__main__.py", line 33, in main',
  '    table = build_index(load_tariffs(source))',
  '  File "/app/pricing/index.py", line 112, in build_index',
  '    for row in tariffs.rows:',
  "AttributeError: 'NoneType' object has no attribute 'rows'",
];

const KEY_MISSING = "couldn't find key LOG_FORMAT in ConfigMap gateway/edge-gateway-env";
const AS_ROOT = 'container has runAsNonRoot and image will run as root (pod: "{pod}", container: mailer)';
const PRESENT = (image: string) => `Container image "registry.acme.example/${image}" already present on machine`;

const REFUSED = {
  probe: 'Readiness' as const,
  output: 'Get "http://{ip}:8080/healthz": dial tcp {ip}:8080: connect: connection refused',
  at: [6.2],
};

export const configuration: readonly Scenario[] = [
  {
    truth: {
      namespace: 'ledger',
      title: 'Spring Boot cannot resolve a placeholder: the environment variable is missing',
      kind: 'Deployment',
      name: 'ledger',
      condition: 'CrashLoopBackOff',
      cause: 'missing-configuration',
      must_cite: ['DB_PASSWORD'],
      severity: 'high',
      fix: 'set DB_PASSWORD on deployment/ledger from its Secret',
    },
    begin: 8,
    act: (world, namespace) => {
      const env = [{ name: 'SPRING_PROFILES_ACTIVE', value: 'production' }];
      const plan = app('ledger', 'finance/ledger:2.8.0', crashing(7.4, 1, SPRING_LOG, { probe: REFUSED }), {}, { env });
      deploy(world, { namespace, name: 'ledger', plan });
    },
  },
  {
    truth: {
      namespace: 'dispatch',
      title: 'a Go service panics: a required flag is missing',
      kind: 'Deployment',
      name: 'dispatcher',
      condition: 'CrashLoopBackOff',
      cause: 'missing-configuration',
      must_cite: ['queue-url'],
      severity: 'high',
      fix: 'pass -queue-url to dispatcher',
    },
    begin: -152,
    act: (world, namespace) => {
      const args = ['-workers=8', '-listen=:8080'];
      const plan = app('dispatcher', 'logistics/dispatcher:1.14.2', crashing(0.4, 2, GO_LOG), {}, { args });
      deploy(world, { namespace, name: 'dispatcher', plan });
    },
  },
  {
    truth: {
      namespace: 'pricing',
      title: 'a Python program ends with an exception that nobody handles',
      kind: 'Deployment',
      name: 'pricing',
      condition: 'CrashLoopBackOff',
      cause: 'unhandled-exception',
      must_cite: ["AttributeError: 'NoneType' object has no attribute 'rows'"],
      severity: 'high',
      fix: 'handle the missing tariff table in build_index',
    },
    begin: -131,
    act: (world, namespace) => {
      const plan = app('pricing', 'sales/pricing:5.0.1', crashing(2.1, 1, PYTHON_LOG));
      deploy(world, { namespace, name: 'pricing', plan });
    },
  },
  {
    truth: {
      namespace: 'gateway',
      title: 'a container refers to a key that its ConfigMap does not have',
      kind: 'Deployment',
      name: 'edge-gateway',
      condition: 'CreateContainerConfigError',
      cause: 'missing-reference',
      must_cite: ['LOG_FORMAT'],
      severity: 'high',
      fix: 'add LOG_FORMAT to configmap edge-gateway-env',
    },
    begin: -95,
    act: (world, namespace) => {
      const image = 'edge/gateway:9.3.0';
      const env = [
        { name: 'LOG_FORMAT', valueFrom: { configMapKeyRef: { name: 'edge-gateway-env', key: 'LOG_FORMAT' } } },
      ];
      const steps = failingAgain('CreateContainerConfigError', KEY_MISSING, [
        ['Normal', 'Pulled', PRESENT(image)],
        ['Warning', 'Failed', `Error: ${KEY_MISSING}`],
      ]);
      const more = { steps: { 'edge-gateway': steps }, nodes: ['node-a2'] };
      deploy(world, { namespace, name: 'edge-gateway', plan: app('edge-gateway', image, [], more, { env }) });
    },
  },
  {
    truth: {
      namespace: 'mail',
      title: 'runAsNonRoot forbids what the image does: run as root',
      kind: 'Deployment',
      name: 'mailer',
      condition: 'CreateContainerConfigError',
      cause: 'permission-denied',
      must_cite: ['image will run as root'],
      severity: 'high',
      fix: 'set runAsUser to a user of the image, or build the image with a USER',
    },
    begin: -110,
    act: (world, namespace) => {
      const image = 'comms/mailer:1.0.7';
      const steps = failingAgain('CreateContainerConfigError', AS_ROOT, [
        ['Normal', 'Pulled', PRESENT(image)],
        ['Warning', 'Failed', `Error: ${AS_ROOT}`],
      ]);
      const more = { steps: { mailer: steps }, nodes: ['node-b2'] };
      const plan = app('mailer', image, [], more, { securityContext: { runAsNonRoot: true } });
      deploy(world, { namespace, name: 'mailer', plan });
    },
  },
];
