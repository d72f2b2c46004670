/** The page alone: whatever anybody wrote is text in it, and nothing in it asks for anything. */
import type { WireIncidentExport } from '@tattle/contract';
import { describe, expect, it } from 'vitest';
import { incidentJsonOf } from '../../kube/recording/incident/incident-json.ts';
import { html } from './markup.ts';
import { exportPage } from './page.ts';

const HOSTILE = [
  '<img src=x onerror=alert(1)>',
  '</script><script>alert(2)</script>',
  '<!--<script>',
  '"><a href="https://elsewhere.example/">here</a>',
  "' onmouseover='alert(3)",
  '\u202Egnitirw-sdrawkcab\u202C',
  '\u0000\u001B[31mred',
  'W'.repeat(2048),
  '</style><style>*{display:none}</style>',
  '\u2028\u2029\ud800',
] as const;

const at = '2026-11-20T12:00:00.000Z';

function exportWith(text: string): WireIncidentExport {
  const ref = { kind: text, namespace: text, name: text, uid: text };
  const finding = { cause: text, confidence: 0.9, explanation: text, citations: [{ evidenceId: text, text }] };
  return {
    form: 'tattle.incident/v1',
    exportedAt: at,
    exportedBy: text,
    incident: {
      ...{ id: text, cluster: text, clusterName: text, state: 'resolved', severity: 'high', category: 'Crash' },
      ...{ condition: text, title: text, root: { ...ref, cluster: text }, subject: ref, openedAt: at, lastSeen: at },
      ...{ clearedAt: at, resolvedAt: at, resolvedBy: text, eventCount: 1, regressions: 1, mergedInto: null },
      ...{ resolution: text, restricted: true, objects: [ref], timelineCut: true },
      diagnosis: { ...finding, by: text, at, nextSteps: [text], commands: [text], also: [finding] },
      changes: [{ at, object: ref, summary: text, revision: 1, diff: [{ field: text, before: text, after: null }] }],
      together: [
        {
          ...{ condition: text, root: ref, severity: 'low', firstSeen: at, lastSeen: at, clearedAt: null },
          ...{ eventCount: 1, rule: text, because: text },
        },
      ],
      timeline: [{ at, kind: 'note', by: text, text, object: ref }],
      earlier: [{ id: text, openedAt: at, resolvedAt: at, resolution: text }],
    },
    told: [{ channel: text, notice: 'opened', status: 'dead', attempts: 3, createdAt: at, deliveredAt: null }],
    events: [
      {
        ...{ uid: text, cluster: text, clusterName: text, origin: 'event', type: text, reason: text, message: text },
        ...{ count: 1, firstSeen: at, lastSeen: at, ingestedAt: at, category: 'Crash', severity: 'high' },
        ...{ condition: text, fingerprint: text, correlationId: text, incidentId: text, object: ref },
        ...{ rootOwner: ref, node: text, labels: { [text]: text }, source: text },
      },
    ],
    evidence: [
      {
        ...{ id: text, kind: 'log', object: ref, container: text, capturedAt: at, body: text, truncated: true },
        error: null,
      },
      { id: 'e2', kind: 'spec', object: ref, container: '', capturedAt: at, body: '', truncated: false, error: text },
      {
        ...{ id: 'e3', kind: 'status', object: ref, container: '', capturedAt: at, truncated: false, error: null },
        body: JSON.stringify({ [text]: text }),
      },
    ],
    leftOut: [{ what: 'events', count: 7, because: text }],
  };
}

/** Names of the elements that begin in the page, and how often. */
function elementsOf(page: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const [, name = ''] of page.matchAll(/<([a-z!][a-z0-9]*)/gi)) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/** Before the JSON: none of them is anybody's but ours, so that no attribute ends early. */
function quotesIn(page: string): number {
  return (page.split('<script')[0] ?? '').split('"').length;
}

describe('the page of an exported incident', () => {
  it.each(HOSTILE)('holds %j as text, wherever it stands', (text) => {
    const page = exportPage(exportWith(text));
    expect(elementsOf(page)).toEqual(elementsOf(exportPage(exportWith('plain'))));
    expect(quotesIn(page)).toBe(quotesIn(exportPage(exportWith('plain'))));
    expect(page).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202a-\u202e\u2066-\u2069]/u);
  });

  it.each(HOSTILE)('gives back what it was made of, with %j everywhere', (text) => {
    const exported = exportWith(text);
    expect(incidentJsonOf(exportPage(exported))).toEqual(JSON.parse(JSON.stringify(exported)));
  });

  it('runs nothing and asks for nothing: one style by its hash is all that it may have', () => {
    const page = exportPage(exportWith('plain'));
    expect(page).toMatch(/content="default-src &#39;none&#39;; style-src &#39;sha256-[A-Za-z0-9+/=]{44}&#39;/);
    expect(elementsOf(page)).toMatchObject({ script: 1, style: 1 });
    expect(page).not.toMatch(/<(link|img|iframe|form|base)\b|\sstyle=|url\(|@import/);
  });
});

describe('markup', () => {
  it('escapes what it is given and leaves alone what it made', () => {
    const inner = html`<b>${'<i>'}</b>`;
    expect(html`<p title="${'"x\''}">${inner}${[1, null, ['&', inner]]}</p>`.text).toBe(
      '<p title="&quot;x&#39;"><b>&lt;i&gt;</b>1&amp;<b>&lt;i&gt;</b></p>',
    );
  });

  it('names what hides, and keeps lines and tabs', () => {
    expect(html`${'a\n\tb\r\u0000\u202E\u009b'}`.text).toBe('a\n\tb\u2400[U+202E][U+009B]');
  });
});
