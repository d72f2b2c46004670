/** Everything that a file or the environment can set, with its bounds and defaults. */
import { z } from 'zod';
import { accessSchema } from './access-schema.ts';
import { basePath } from './base-path.ts';
import { KEY_TEXT } from '../kit/seal.ts';
import { SEVERITIES } from '../model/cluster-event.ts';
import type { FilterSettings } from '../model/settings.ts';
import { notifySettings } from '../notify/policy/settings.ts';
import { telemetrySchema } from './telemetry/telemetry-schema.ts';

const path = z.string().min(1, 'must not be empty').max(4096);
const hostName = z
  .string()
  .regex(/^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/, 'must be host names without a port');

const storeUrl = z
  .string()
  .max(4096)
  .refine((text) => {
    // Without a host, libpq's form for a socket: postgresql://user@/database?host=/run/postgresql.
    const url = text.replace('@/', '@localhost/');
    return URL.canParse(url) && ['postgres:', 'postgresql:'].includes(new URL(url).protocol);
  }, 'must be postgres://user:password@host:port/database');

/** A path in front of `/api/v1` is fine; credentials have settings of their own. */
const prometheusUrl = z
  .string()
  .max(4096)
  .refine((text) => {
    if (!URL.canParse(text)) return false;
    const { protocol, search, hash, username, password } = new URL(text);
    return ['http:', 'https:'].includes(protocol) && search + hash + username + password === '';
  }, 'must be http(s)://host:port, with a path where it has one, without credentials');

const publicUrl = z
  .string()
  .max(4096)
  .refine((text) => {
    if (!URL.canParse(text)) return false;
    const { protocol, pathname, search, hash, username } = new URL(text);
    return ['http:', 'https:'].includes(protocol) && pathname === '/' && search + hash + username === '';
  }, 'must be http(s)://host with nothing behind it');

const listen = z.strictObject({
  /** Beyond loopback, whoever reaches it still needs the token. */
  host: z
    .union([z.ipv4(), z.ipv6(), z.literal('localhost')], { error: 'must be an address such as 127.0.0.1 or ::' })
    .default('127.0.0.1'),
  /** 0 takes a free one. 7171: no Kubernetes component or common tool beside one listens there. */
  port: z.int().min(0).max(65_535).default(7171),
  publicUrl: publicUrl.exactOptional(),
  /** The path behind it, where Tattle shares a name with others. */
  basePath: basePath.default('/'),
  /** Further names under which it may be reached. */
  allowedHosts: z.array(hostName).max(100).default([]),
  /** Proxies in front (addresses or CIDR ranges) whose X-Forwarded-For is believed. */
  trustedProxies: z
    .array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]))
    .max(100)
    .default([]),
  /** A Bearer token that stays the same over restarts, beside the one that each start makes. */
  token: z
    .string()
    .regex(/^[\w.~+/=-]{24,512}$/, 'must be 24 to 512 letters, digits and . _ ~ + / = -')
    .exactOptional(),
});

const clusters = z.strictObject({
  /** `auto`: the cluster that it runs in, else the kubeconfig, else, where there is none, a simulated one. */
  source: z.enum(['auto', 'in-cluster', 'kubeconfig', 'simulate']).default('auto'),
  /** Merged as kubectl does. Empty: the one in the home directory. */
  kubeconfig: z.array(path).max(32).default([]),
  /** Each is a cluster. Empty: the current one. */
  contexts: z.array(z.string().min(1).max(500)).max(500).default([]),
  /** For display, where there is one cluster. */
  name: z.string().min(1).max(253).exactOptional(),
  /** `all` watches each cluster as a whole; a list, one watch a namespace, where RBAC allows no more. */
  watchNamespaces: z
    .union([z.literal('all'), z.array(z.string().min(1).max(63)).min(1).max(500)], {
      error: 'must be "all" or a list of namespaces',
    })
    .default('all'),
  /** CRDs whose conditions count, as `certificates.cert-manager.io`. */
  customResources: z.array(z.string().min(1).max(500)).max(100).default([]),
  /** Requests a second to each API server, and how many at once after a pause. */
  qps: z.number().min(0.1).max(10_000).default(20),
  burst: z.int().min(1).max(10_000).default(40),
  /** `poll` lists every so often, where long watches break. */
  mode: z.enum(['watch', 'poll']).default('watch'),
  pollSeconds: z.int().min(5).max(3600).default(30),
});

const simulate = z.strictObject({
  /** Folders of recorded traffic, played in this order. Empty: the examples that come with Tattle. */
  recordings: z.array(path).max(100).default([]),
  /** Times faster than it was recorded. */
  speed: z.number().min(0.1).max(1000).default(1),
  /** Begins anew at the end, with new names. */
  loop: z.boolean().default(true),
});

const days = z.int().min(1).max(36_500);

/** What is on hold is never dropped. */
const retention = z.strictObject({
  /** After the last ingest. */
  days: z.strictObject({ short: days.default(7), normal: days.default(30), long: days.default(365) }).prefault({}),
  /** The first that matches decides; without any, `normal`. */
  rules: z
    .array(
      z.strictObject({
        namespaces: z.array(z.string().min(1).max(253)).max(1000).exactOptional(),
        severities: z.array(z.enum(SEVERITIES)).max(5).exactOptional(),
        keep: z.enum(['short', 'normal', 'long', 'hold']),
      }),
    )
    .max(100)
    .default([]),
});

/** Beside secrets, which are always masked. */
const redaction = z.strictObject({
  emails: z.boolean().default(false),
  cards: z.boolean().default(false),
  ips: z.boolean().default(false),
  images: z.boolean().default(false),
  nodes: z.boolean().default(false),
  patterns: z
    .array(z.strictObject({ name: z.string(), pattern: z.string() }))
    .max(100)
    .default([]),
});

export const configurationSchema = z.strictObject({
  /** The embedded database, the spool and server.json; made where it is missing. */
  dataDir: path.default('.tattle'),
  /** A PostgreSQL of one's own in place of the embedded one. */
  storeUrl: storeUrl.exactOptional(),
  /** What secrets of channels that people add are sealed with, the same on every replica; else a file in the data directory. */
  secretKey: z
    .string()
    .regex(KEY_TEXT, 'must be 32 bytes as base64, such as `openssl rand -base64 32` makes')
    .exactOptional(),
  listen: listen.prefault({}),
  access: accessSchema.prefault({}),
  clusters: clusters.prefault({}),
  /** What is set here cannot be changed at run time. Triage checks it. */
  filter: z
    .custom<Partial<FilterSettings>>(
      (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
      'expected object',
    )
    .prefault({}),
  simulate: simulate.prefault({}),
  deduplication: z.strictObject({ ttlSeconds: z.int().min(0).max(604_800).default(300) }).prefault({}),
  /** Where what others hand in belongs when it names no cluster and several are watched. */
  intake: z.strictObject({ cluster: z.string().min(1).max(253).exactOptional() }).prefault({}),
  evidence: z
    .strictObject({
      logs: z.boolean().default(true),
      logTailLines: z.int().min(1).max(5000).default(50),
      /** Of one log, spec or status, after redaction. */
      maxBytes: z.int().min(1024).max(1_048_576).default(65_536),
      /** How long the first notice of an incident waits for its evidence. */
      waitSeconds: z.number().min(0).max(60).default(5),
      /** Where CPU, memory and volume use of the hour before is asked for. */
      prometheusUrl: prometheusUrl.exactOptional(),
      /** Sent to it as a Bearer token. */
      prometheusToken: z
        .string()
        .regex(/^[\x21-\x7e]{1,8192}$/, 'must be printable ASCII without blanks')
        .exactOptional(),
      /** The same from a file, which is read anew as it is rotated; it wins. */
      prometheusTokenFile: path.exactOptional(),
    })
    .prefault({}),
  retention: retention.prefault({}),
  redaction: redaction.prefault({}),
  /** Each kind of channel checks its own; the environment adds one. */
  channels: z.array(z.unknown()).max(200).default([]),
  /** By kind of channel: what its `<type>:<id>` destinations have in common, such as a bot's token. */
  accounts: z.record(z.string().max(30), z.unknown()).default({}),
  /** Destinations that are told beside the channels, where no route says otherwise: `telegram:123456789`. */
  notifyTo: z.array(z.string().min(1).max(240)).max(100).default([]),
  /** Who is told of what, when. */
  notify: notifySettings.prefault({}),
  outgoing: z
    .strictObject({
      /** Inside addresses that channels entered at run time may reach: hosts, `host:port`, addresses or CIDR ranges. */
      allow: z.array(z.string().min(1).max(300)).max(1000).default([]),
    })
    .prefault({}),
  /** Where events and incidents are streamed to; each type of sink checks its own. */
  sinks: z.array(z.unknown()).max(50).default([]),
  /** What is kept of the feed for a sink that is away; beyond it, the sink reads stored history. */
  sinkBacklog: z
    .strictObject({
      hours: z.number().min(0.25).max(720).default(24),
      /** Of batches. */
      rows: z.int().min(1_000).max(100_000_000).default(500_000),
    })
    .prefault({}),
  /** Tattle's own traces and metrics, sent to a collector. */
  telemetry: telemetrySchema.prefault({}),
  log: z
    .strictObject({
      level: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
      /** `auto`: text on a terminal, JSON elsewhere. */
      format: z.enum(['auto', 'json', 'text']).default('auto'),
    })
    .prefault({}),
  /** From SIGTERM to the end, below the 30 s that Kubernetes gives. */
  stopGraceSeconds: z.int().min(1).max(600).default(25),
});

export type Configuration = z.output<typeof configurationSchema>;
