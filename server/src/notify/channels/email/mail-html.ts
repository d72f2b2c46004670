/** The HTML part: one self-contained page, light and dark, nothing loaded from anywhere, every text escaped. */
import { escapeHtml } from '../../../kit/escape-html.ts';
import { colourOf, moreLine } from '../../message/look.ts';
import type { Message } from '../../message/message.ts';
import type { Wording } from '../wording.ts';

const FONT = "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const MONO = 'font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:13px;line-height:1.5';
const BLOCK = `margin:0 0 16px;padding:10px 12px;background:#f3f4f6;border-radius:6px;white-space:pre-wrap;word-break:break-word;${MONO}`;

/** Colours are inline for programs that drop the style sheet, which in turn only darkens. */
const DARK = `@media (prefers-color-scheme:dark){
.page{background:#111418!important;color:#e6e8eb!important}
.card{background:#1a1e24!important;border-top-color:#2c323a!important;border-right-color:#2c323a!important;border-bottom-color:#2c323a!important}
.soft{color:#9aa4b0!important}
.block{background:#242a32!important;color:#e6e8eb!important}
}`;

export function mailHtml({ message, title, text }: Wording): string {
  const content = text === null ? piecesHtml(message) : paragraph(text, 'white-space:pre-wrap');
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">',
    '<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">',
    `<title>${escapeHtml(title)}</title><style>${DARK}</style></head>`,
    `<body class="page" style="margin:0;padding:16px;background:#f6f7f9;color:#1b1f24;${FONT};font-size:15px;line-height:1.5">`,
    '<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center">',
    '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:640px"><tr>',
    `<td class="card" align="left" style="padding:20px 24px 8px;background:#ffffff;border:1px solid #e3e6ea;border-left:6px solid #${colourOf(message).toString(16).padStart(6, '0')};border-radius:8px">`,
    `<h1 style="margin:0 0 12px;font-size:18px;line-height:1.35">${escapeHtml(title)}</h1>`,
    content,
    buttonHtml(message.url),
    '</td></tr></table></td></tr></table></body></html>',
  ].join('\n');
}

function piecesHtml(message: Message): string {
  const { why, facts, quote, nextSteps, commands, also, note } = message;
  const more = moreLine(message);
  return [
    why === '' ? '' : paragraph(why, 'white-space:pre-wrap'),
    factsHtml(facts),
    quote === null ? '' : `<pre class="block" style="${BLOCK}">${escapeHtml(quote)}</pre>`,
    listHtml('Next steps', 'ol', nextSteps),
    commands.length === 0
      ? ''
      : `${heading('Commands')}<pre class="block" style="${BLOCK}">${escapeHtml(commands.join('\n'))}</pre>`,
    listHtml(message.kind === 'digest' ? 'Incidents' : 'Also', 'ul', [...also, ...(more === null ? [] : [more])]),
    note === '' ? '' : `<p class="soft" style="margin:0 0 16px;color:#5b6672;font-size:13px">${escapeHtml(note)}</p>`,
  ].join('\n');
}

function factsHtml(facts: Message['facts']): string {
  if (facts.length === 0) return '';
  const rows = facts.map(
    ({ name, value }) =>
      `<tr><td class="soft" style="padding:2px 16px 2px 0;color:#5b6672;white-space:nowrap;vertical-align:top">${escapeHtml(name)}</td>` +
      `<td style="padding:2px 0;word-break:break-word">${escapeHtml(value)}</td></tr>`,
  );
  return `<table cellpadding="0" cellspacing="0" style="margin:0 0 16px;font-size:14px;line-height:1.4">${rows.join('')}</table>`;
}

function listHtml(title: string, tag: 'ol' | 'ul', items: readonly string[]): string {
  if (items.length === 0) return '';
  const lines = items.map((item) => `<li style="margin:0 0 4px">${escapeHtml(item)}</li>`).join('');
  return `${heading(title)}<${tag} style="margin:0 0 16px;padding-left:22px">${lines}</${tag}>`;
}

function heading(title: string): string {
  return `<h2 class="soft" style="margin:0 0 6px;color:#5b6672;font-size:13px;font-weight:600">${title}</h2>`;
}

function paragraph(text: string, style: string): string {
  return `<p style="margin:0 0 16px;${style};word-break:break-word">${escapeHtml(text)}</p>`;
}

function buttonHtml(url: string | null): string {
  if (url === null || !/^https?:\/\//.test(url)) return '';
  return `<p style="margin:0 0 16px"><a href="${escapeHtml(url)}" style="display:inline-block;padding:9px 16px;background:#1f6feb;color:#ffffff;border-radius:6px;text-decoration:none;font-weight:600">Open the incident</a></p>`;
}
