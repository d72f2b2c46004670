/** A saying as Discord's or Slack's incoming webhooks take it: within their limits, and pinging nobody. */
import { cut, defuse } from './text.ts';

export interface Saying {
  readonly title: string;
  /** Of the worst incident; colours the message. Empty where it has none. */
  readonly severity: string;
  readonly lead: string;
  readonly sections: readonly Section[];
}

export interface Section {
  readonly name: string;
  readonly lines: readonly string[];
  /** Shown as they are, for copying. */
  readonly code?: boolean;
}

const COLOURS: Readonly<Record<string, number>> = {
  critical: 0xb42318,
  high: 0xd9480f,
  medium: 0xc99700,
  low: 0x2f6f9f,
};
const GREY = 0x6b7280;

/** Discord allows 256 for a title, 4096 for a description, 1024 for a field, 6000 together; Slack 3000 for a section. */
const MOST = { title: 250, lead: 2400, section: 620, sections: 5, slack: 2900 };

export function chatPayload(kind: string, saying: Saying): object {
  const sections = saying.sections.filter(({ lines }) => lines.length > 0).slice(0, MOST.sections);
  const title = cut(defuse(saying.title), MOST.title);
  const lead = cut(defuse(saying.lead), MOST.lead);
  return kind === 'slack' ? slack(title, lead, sections) : discord(title, lead, sections, saying.severity);
}

function discord(title: string, description: string, sections: readonly Section[], severity: string): object {
  const fields = sections.map((section) => ({ name: section.name, value: sectionText(section), inline: false }));
  return {
    username: 'Tattle',
    embeds: [{ title, description, color: COLOURS[severity] ?? GREY, fields }],
    allowed_mentions: { parse: [] },
  };
}

function slack(title: string, lead: string, sections: readonly Section[]): object {
  const texts = [`*${escapeSlack(title)}*`, escapeSlack(lead)];
  for (const section of sections) texts.push(`*${section.name}*\n${escapeSlack(sectionText(section))}`);
  const blocks = texts
    .filter((text) => text !== '')
    .map((text) => ({ type: 'section', text: { type: 'mrkdwn', text: cutEscaped(text) } }));
  return { text: cutEscaped(escapeSlack(title)), blocks, unfurl_links: false, unfurl_media: false };
}

function sectionText({ lines, code }: Section): string {
  const text = cut(defuse(lines.join('\n')), MOST.section);
  return code === true ? `\`\`\`\n${text}\n\`\`\`` : text;
}

/** Slack reads `<!channel>` and `<@U1>` as mentions, and nothing else. */
function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function cutEscaped(text: string): string {
  return cut(text, MOST.slack).replace(/&[a-z]{0,3}…$/, '…');
}
