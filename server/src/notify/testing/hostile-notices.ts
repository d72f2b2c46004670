/** Notices whose every text was written by somebody who means harm, or by a program that does not care. */
import type { Notice } from '../../model/delivery.ts';
import type { Incident } from '../../model/incident.ts';
import { aDiagnosis, aDigest, anEvent, anIncident, aNotice, someEvidence } from './notices.ts';

export const HOSTILE_TEXTS: Readonly<Record<string, string>> = {
  'a mention of everyone':
    '@everyone @here <@123456789012345678> <@&123456789012345678> <#123456789012345678> <!channel> <!here> <!subteam^S1|ops>',
  'a link that says another':
    '[https://bank.example](https://evil.example) <https://evil.example|https://bank.example> [x]: https://evil.example',
  'a script': '<script>alert(1)</script><img src=x onerror=alert(1)>&amp;&lt;b&gt;</pre></code></body>',
  Markdown: '# **bold** __under__ ~~gone~~ ||spoiler|| *x* _y_ > quote\n- list\n1. one\n| a | b |\n|---|---|\n---\n\\*',
  'fences of code': '``` `` ` ```js\nrun()\n```\n~~~\n````',
  'a template': '{{ incident.title }} {% raw %} ${7*7} {{constructor.constructor("return process")()}} %s %n',
  'text that runs backwards': '\u202egnp.exe\u202c \u2066x\u2069 \u200b\u200d\ufeff\u00ad\u2028\u2029',
  controls: '\u0000\u0007\u001b[31mred\u001b[0m\b\b\r\nBcc: all@example.com\r\n.\r\n\u0085\u009b',
  'halves of characters': '\ud800 and \udfff and \ude00\ud83d',
  'a hundred thousand letters': 'x'.repeat(100_000),
  'a hundred thousand signs': '<&>*_`~|@[]()\\"'.repeat(7150),
  'a hundred thousand emoji': '🔥'.repeat(25_000),
  'a thousand lines': 'line\n'.repeat(1000),
  nothing: '',
  blanks: ' \n\t ',
};

/** Each kind of layout with `text` wherever text can stand. */
export function hostileNotices(text: string): readonly Notice[] {
  const object = { kind: text, namespace: text, name: text, uid: text };
  const incident: Incident = anIncident({
    cluster: { uid: text, name: text },
    condition: text,
    root: object,
    subject: object,
    title: text,
    resolution: text,
    resolvedBy: text,
    openedAt: Number.MAX_SAFE_INTEGER,
  });
  const steps = Array.from({ length: 12 }, () => text);
  const diagnosis = aDiagnosis({
    explanation: text,
    citations: [{ evidenceId: 'ev_log', text: `${text}!` }],
    nextSteps: steps,
    commands: steps,
  });
  const event = anEvent({ message: text, reason: text, object, rootOwner: object, node: text, clusterName: text });
  const evidence = [someEvidence('log', text, { object, container: text })];
  const told = aNotice({ incident, diagnosis, event, evidence, partial: true, acknowledgedBy: text });
  const also = Array.from({ length: 12 }, () => ({ incident, kind: 'opened' as const, acknowledgedBy: text }));
  return [
    { ...told, also },
    { ...told, diagnosis: null },
    { ...told, kind: 'acknowledged' },
    { ...told, kind: 'resolved', incident: { ...incident, state: 'resolved', resolvedAt: 0 } },
    aDigest({ occasion: text, lines: Array.from({ length: 20 }, () => ({ incident, cause: null })), incidents: 1e9 }),
  ];
}
