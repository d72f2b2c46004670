/** Tokens that are recognised by how they begin: cloud, Git, chat and payment providers, JSON Web Tokens, webhook addresses. */
import { isAlphanumeric, isDigit, isTokenChar, runEnd, runStart } from './redaction-chars.ts';
import type { Finder, Span } from './redaction-spans.ts';

interface TokenShape {
  readonly label: string;
  readonly prefixes: readonly string[];
  /** What follows the prefix. Bounded, so that a failed try costs no more than the bound. */
  readonly body: string;
  /** How much before the prefix belongs to the token. */
  readonly before?: { readonly belongs: (code: number) => boolean; readonly min: number; readonly max: number };
  /** The prefix is an address and stays readable. */
  readonly keepPrefix?: true;
}

const SHAPES: readonly TokenShape[] = [
  { label: 'aws-key', prefixes: ['AKIA', 'ASIA', 'ABIA', 'ACCA'], body: '[A-Z0-9]{16}(?![A-Za-z0-9])' },
  { label: 'gcp-key', prefixes: ['AIza'], body: '[A-Za-z0-9_-]{35}' },
  { label: 'gcp-token', prefixes: ['ya29.'], body: '[A-Za-z0-9_.-]{20,512}' },
  { label: 'gcp-secret', prefixes: ['GOCSPX-'], body: '[A-Za-z0-9_-]{20,64}' },
  {
    label: 'azure-secret',
    prefixes: ['7Q~', '8Q~'],
    body: '[A-Za-z0-9_.~-]{31,40}',
    before: { belongs: (code) => isTokenChar(code) || code === 46 || code === 126, min: 3, max: 3 },
  },
  { label: 'github-token', prefixes: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'], body: '[A-Za-z0-9_]{20,255}' },
  { label: 'github-token', prefixes: ['github_pat_'], body: '[A-Za-z0-9_]{20,255}' },
  {
    label: 'gitlab-token',
    prefixes: ['glpat-', 'gldt-', 'glrt-', 'glcbt-', 'glptt-', 'glft-', 'glsoat-', 'glimt-', 'glagent-', 'gloas-'],
    body: '[A-Za-z0-9_.-]{16,255}',
  },
  {
    label: 'slack-token',
    prefixes: ['xoxa-', 'xoxb-', 'xoxc-', 'xoxd-', 'xoxe-', 'xoxe.', 'xoxo-', 'xoxp-', 'xoxr-', 'xoxs-', 'xapp-'],
    body: '[A-Za-z0-9_.%-]{10,255}',
  },
  {
    label: 'webhook',
    prefixes: ['hooks.slack.com/', 'hooks.slack-gov.com/'],
    body: '(?:services|workflows|triggers)/[A-Za-z0-9/_-]{8,255}',
    keepPrefix: true,
  },
  {
    label: 'webhook',
    prefixes: ['discord.com/api/webhooks/', 'discordapp.com/api/webhooks/'],
    body: '[A-Za-z0-9/_-]{16,255}',
    keepPrefix: true,
  },
  {
    label: 'webhook',
    prefixes: ['.webhook.office.com/webhookb2/', 'outlook.office.com/webhook/'],
    body: '[A-Za-z0-9/@_-]{16,512}',
    keepPrefix: true,
  },
  {
    label: 'telegram-token',
    prefixes: [':AA'],
    body: '[A-Za-z0-9_-]{30,60}',
    before: { belongs: isDigit, min: 6, max: 12 },
  },
  {
    label: 'stripe-key',
    prefixes: ['sk_live_', 'sk_test_', 'rk_live_', 'rk_test_', 'whsec_'],
    body: '[A-Za-z0-9+/=]{16,255}',
  },
  { label: 'npm-token', prefixes: ['npm_'], body: '[A-Za-z0-9]{36,64}' },
  { label: 'pypi-token', prefixes: ['pypi-AgE'], body: '[A-Za-z0-9_-]{40,512}' },
  { label: 'rubygems-token', prefixes: ['rubygems_'], body: '[a-f0-9]{40,64}' },
  { label: 'docker-token', prefixes: ['dckr_pat_', 'dckr_oat_'], body: '[A-Za-z0-9_-]{16,255}' },
  { label: 'huggingface-token', prefixes: ['hf_'], body: '[A-Za-z0-9]{30,64}' },
  { label: 'model-key', prefixes: ['sk-ant-', 'sk-proj-', 'sk-svcacct-', 'sk-or-'], body: '[A-Za-z0-9_-]{16,255}' },
  { label: 'model-key', prefixes: ['sk-'], body: '[A-Za-z0-9]{32,255}' },
  { label: 'sendgrid-key', prefixes: ['SG.'], body: '[A-Za-z0-9_-]{16,64}\\.[A-Za-z0-9_-]{16,128}' },
  { label: 'vault-token', prefixes: ['hvs.', 'hvb.', 'hvr.'], body: '[A-Za-z0-9_-]{20,300}' },
  { label: 'grafana-token', prefixes: ['glsa_', 'glc_'], body: '[A-Za-z0-9_+/=]{20,255}' },
  { label: 'digitalocean-token', prefixes: ['dop_v1_', 'doo_v1_', 'dor_v1_'], body: '[a-f0-9]{40,128}' },
  { label: 'shopify-token', prefixes: ['shpat_', 'shpca_', 'shppa_', 'shpss_'], body: '[A-Fa-f0-9]{24,64}' },
  { label: 'databricks-token', prefixes: ['dapi'], body: '[a-f0-9]{32}' },
  { label: 'newrelic-key', prefixes: ['NRAK-', 'NRJS-'], body: '[A-Za-z0-9]{16,64}' },
  { label: 'tailscale-key', prefixes: ['tskey-'], body: '[A-Za-z0-9_-]{16,128}' },
  { label: 'atlassian-token', prefixes: ['ATATT3x', 'ATCTT3x'], body: '[A-Za-z0-9_=-]{32,400}' },
  { label: 'postman-key', prefixes: ['PMAK-'], body: '[a-f0-9]{24}-[a-f0-9]{34}' },
  { label: 'sentry-token', prefixes: ['sntrys_', 'sntryu_'], body: '[A-Za-z0-9_+/=]{32,400}' },
  { label: 'linear-key', prefixes: ['lin_api_'], body: '[A-Za-z0-9]{32,64}' },
  { label: 'brevo-key', prefixes: ['xkeysib-'], body: '[a-f0-9]{40,80}' },
  { label: 'private-key', prefixes: ['AGE-SECRET-KEY-1'], body: '[A-Z0-9]{40,80}' },
  { label: 'k3s-token', prefixes: ['K10'], body: '[a-f0-9]{64}::[A-Za-z0-9:._-]{1,255}' },
];

const JWT_PREFIX = 'eyJ';

/** Finds every token whose shape is known. A prefix in the middle of a word is none, unless it is as telling as `ghp_`. */
export function tokenFinder(): Finder {
  const byPrefix = new Map<string, { shape: TokenShape; body: RegExp }>();
  for (const shape of SHAPES) {
    const body = new RegExp(shape.body, 'y');
    for (const prefix of shape.prefixes) byPrefix.set(prefix, { shape, body });
  }
  const prefixes = [...byPrefix.keys(), JWT_PREFIX].sort((a, b) => b.length - a.length);
  const anyPrefix = new RegExp(prefixes.map(escapePattern).join('|'), 'g');

  return (text, found) => {
    anyPrefix.lastIndex = 0;
    let barren = 0;
    for (let hit = anyPrefix.exec(text); hit !== null; hit = anyPrefix.exec(text)) {
      const at = hit.index;
      if (hit[0] === JWT_PREFIX) {
        if (at < barren || !startsWord(text, at)) continue;
        const token = jsonWebToken(text, at);
        if (token.found) found.push({ start: at, end: token.end, label: 'jwt' });
        // A run that holds no token is not searched again from its middle: that would be quadratic.
        else barren = token.end;
        if (token.found) anyPrefix.lastIndex = token.end;
        continue;
      }
      const entry = byPrefix.get(hit[0]);
      const span = entry && shapedToken(text, at, hit[0], entry.shape, entry.body);
      if (!span) continue;
      found.push(span);
      anyPrefix.lastIndex = span.end;
    }
  };
}

function shapedToken(text: string, at: number, prefix: string, shape: TokenShape, body: RegExp): Span | null {
  let start = at;
  if (shape.before) {
    start = runStart(text, at, shape.before.belongs, at - shape.before.max);
    if (at - start < shape.before.min) return null;
  } else if (!/^.{3,}[_-]$/.test(prefix) && !shape.keepPrefix && !startsWord(text, at)) return null;
  body.lastIndex = at + prefix.length;
  const match = body.exec(text);
  if (match === null) return null;
  // A longer run than the shape allows is masked to its end: half a token is still a leak.
  const end = runEnd(text, body.lastIndex, isTokenChar);
  return { start: shape.keepPrefix ? at + prefix.length : start, end, label: shape.label };
}

/** Header and payload, both JSON objects in base64url, and a signature that may be cut off. `end` is how far was looked. */
function jsonWebToken(text: string, at: number): { found: boolean; end: number } {
  const headerEnd = runEnd(text, at, isTokenChar);
  if (headerEnd - at < 12 || text[headerEnd] !== '.') return { found: false, end: headerEnd };
  const payloadEnd = runEnd(text, headerEnd + 1, isTokenChar);
  if (payloadEnd - headerEnd < 9) return { found: false, end: headerEnd };
  const end = text[payloadEnd] === '.' ? runEnd(text, payloadEnd + 1, isTokenChar) : payloadEnd;
  return { found: true, end };
}

function startsWord(text: string, at: number): boolean {
  return at === 0 || !isAlphanumeric(text.charCodeAt(at - 1));
}

function escapePattern(literal: string): string {
  return literal.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
