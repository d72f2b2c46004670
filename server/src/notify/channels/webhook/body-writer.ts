/** What a webhook sends: one of two bodies of Tattle's, or what the user's template makes of a notice. */
import type { Notice } from '../../../model/delivery.ts';
import { eventBody } from '../../body/event-body.ts';
import { digestBody, tattleBody } from '../../body/tattle-body.ts';
import { type LinkTo, writeMessage } from '../../message/write-message.ts';
import { compileTemplate, type RenderedTemplate, templateValues } from '../../template/template.ts';
import type { WebhookSettings } from './settings.ts';

export type BodyWriter = (notice: Notice) => RenderedTemplate;

/** Never throws; a template that does not make what it should is a problem for a person. */
export function createBodyWriter(
  settings: Pick<WebhookSettings, 'format' | 'template' | 'contentType'>,
  linkTo: LinkTo,
): BodyWriter {
  const { format, template } = settings;
  if (format === 'template') return templateWriter(template ?? '', isJson(settings.contentType), linkTo);
  return (notice) => ({ ok: true, text: JSON.stringify(bodyOf(notice, format, linkTo)) });
}

/** A digest is the same in both formats: it has no event. */
function bodyOf(notice: Notice, format: 'event' | 'tattle', linkTo: LinkTo): unknown {
  if (notice.kind === 'digest') return digestBody(notice, linkTo);
  return format === 'tattle' ? tattleBody(notice, linkTo) : eventBody(notice, linkTo);
}

function templateWriter(source: string, wantsJson: boolean, linkTo: LinkTo): BodyWriter {
  const compiled = compileTemplate(source, wantsJson ? withinQuotes : undefined);
  if (!compiled.ok) return () => compiled;
  return (notice) => {
    const rendered = compiled.render(templateValues(notice, writeMessage(notice, linkTo), linkTo));
    if (!rendered.ok) return { ok: false, problem: `the template cannot be used: ${rendered.problem}` };
    return wantsJson && !canBeParsed(rendered.text) ? { ok: false, problem: NO_JSON } : rendered;
  };
}

const NO_JSON =
  'the template does not make JSON: write values within quotes, "{{ message.why }}", and whole ones as {{ incident | json | raw }}';

function isJson(contentType: string): boolean {
  return /^application\/([\w.-]+\+)?json\b/.test(contentType);
}

/** As it stands within the quotes of a JSON string, so that no text from a cluster can end one. */
function withinQuotes(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function canBeParsed(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
