/** E-mail over SMTP: one mail a notice, those of one incident in one thread. */
import type { Channel, DeliveryAttempt, DeliveryOutcome, Notice } from '../../../model/delivery.ts';
import { type ChannelContext, defineChannel } from '../channel-type.ts';
import { createWording } from '../wording.ts';
import { type Mail, writeMail } from './mail.ts';
import { mailPreview } from './mail-preview.ts';
import { Reached } from './reached.ts';
import { type SendResult, sendMail } from './send-mail.ts';
import { type EmailSettings, emailSettings, type MailServer, serverOf } from './settings.ts';
import { answerText, smtpOutcome } from './smtp-outcome.ts';

export const email = defineChannel({
  type: 'email',
  schema: emailSettings,
  secrets: ['url', 'password'],
  destination: (address) => ({ to: [address] }),
  targets: (settings) => {
    const { host, port, security } = serverFor(settings);
    return [{ host, port, isSecure: security === 'tls' }];
  },
  create: createEmail,
});

function serverFor(settings: EmailSettings): MailServer {
  const server = serverOf(settings);
  if ('problem' in server) throw new Error(`settings that their schema does not take: ${server.problem}`);
  return server;
}

function createEmail(settings: EmailSettings, context: ChannelContext): Channel {
  const server = serverFor(settings);
  const wording = createWording(settings, context.linkTo);
  const reached = new Reached();
  const timeoutMs = settings.timeoutSeconds * 1000;
  const secrets = server.login === null ? [] : [server.login.password];

  async function deliver(notice: Notice, attempt: DeliveryAttempt, signal: AbortSignal): Promise<DeliveryOutcome> {
    const mail = writeMail(notice, wording(notice), settings, attempt.receipt);
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    const to = reached.missing(notice.id, settings.to);
    const ca = settings.ca === undefined ? {} : { ca: settings.ca };
    const result = await sendMail(mail, { server, to, timeoutMs, ...ca }, context, limit);
    return outcomeOf(result, notice, mail, limit);
  }

  function outcomeOf(result: SendResult, notice: Notice, mail: Mail, signal: AbortSignal): DeliveryOutcome {
    if (result.kind === 'refused') return { kind: 'failed', error: result.error, statusCode: null };
    if (result.kind === 'failure') return { kind: 'retry', error: result.error, statusCode: null };
    if (result.kind === 'smtp-error') return smtpOutcome(result.error, secrets, signal);
    const { statusCode, refused } = result;
    if (refused.length === 0) {
      reached.forget(notice.id);
      return { kind: 'delivered', statusCode, receipt: mail.messageId };
    }
    const later = refused.some(({ responseCode = 0 }) => responseCode < 500);
    if (later) reached.remember(notice.id, result.reached);
    else reached.forget(notice.id);
    const why = refused.map((error) => answerText(error, secrets)).join('; ');
    const error = `sent, but not to ${refused.map(({ recipient }) => recipient ?? 'somebody').join(', ')}: ${why}`;
    const code = refused[0]?.responseCode ?? null;
    if (later) return { kind: 'retry', error: error.slice(0, 2000), statusCode: code };
    // Somebody has it: what is wrong with one address must not keep the others from the next mail.
    return { kind: 'delivered', statusCode, receipt: mail.messageId, warning: error.slice(0, 2000) };
  }

  return {
    name: settings.name,
    type: 'email',
    // A mail cannot be changed: a cause that is found later is read on the incident's page, or in the next mail.
    wants: new Set(['opened', 'worse', 'resolved', 'reminder', 'escalated', 'digest', 'test']),
    deliver,
    preview: (notice) => ({
      contentType: 'message/rfc822',
      body: mailPreview(writeMail(notice, wording(notice), settings, null)),
    }),
  };
}
