/** What a mail server's answer means for a delivery, in words that say how to mend it. */
import type { DeliveryOutcome } from '../../../model/delivery.ts';
import { describeFailure } from '../../../kit/connection-failure.ts';
import { oneLine } from '../../message/plain-text.ts';
import type { SmtpError } from './send-mail.ts';

/** 4yz is for now, 5yz for good; what is no answer at all, of a connection that failed, may pass. */
export function smtpOutcome(error: SmtpError, secrets: readonly string[], signal: AbortSignal): DeliveryOutcome {
  const { responseCode } = error;
  // The signal ended it, whatever the connection said as it went down.
  if (signal.aborted || responseCode === undefined) {
    return { kind: 'retry', error: connectionError(error, signal), statusCode: null };
  }
  const isForGood = responseCode >= 500 && !isAboutStartTls(error);
  return { kind: isForGood ? 'failed' : 'retry', error: answerText(error, secrets), statusCode: responseCode };
}

/** `550: the server does not know the recipient …`: the code, what to mend, and the server's own words. */
export function answerText(error: SmtpError, secrets: readonly string[]): string {
  if (error.rejectedErrors !== undefined && error.rejectedErrors.length > 0) {
    return oneLine(error.rejectedErrors.map((each) => answerText(each, secrets)).join('; '), 2000);
  }
  const said = saidBy(error.response ?? '', secrets);
  return `SMTP ${error.responseCode ?? 'error'}: ${mendOf(error)}${said === '' ? '' : ` (the server says: ${said})`}`;
}

function mendOf(error: SmtpError): string {
  const { code, command, response = '', responseCode = 0, recipient } = error;
  if (responseCode < 500) return 'not now';
  if (responseCode === 530 && /starttls/i.test(response)) return 'the server wants TLS: set security to starttls';
  if (isAboutStartTls(error))
    return 'the server offers no STARTTLS: set security to tls, or to none where that is safe';
  if (code === 'EAUTH' || responseCode === 535) return 'the server refuses user and password: set them anew';
  if (responseCode === 530 || responseCode === 534) return 'the server wants a login: set user and password';
  if (recipient !== undefined)
    return `the server does not take mail to ${recipient}: check the address, or take it out`;
  if (command === 'MAIL FROM')
    return 'the server does not take mail from this sender: set from to an address of its own';
  if (responseCode === 552) return 'the mail is too large for the server';
  return 'the server does not take the mail';
}

function isAboutStartTls({ command, code }: SmtpError): boolean {
  return command === 'STARTTLS' || code === 'ETLS';
}

function connectionError(error: SmtpError, signal: AbortSignal): string {
  if (signal.aborted) return describeFailure(error, signal);
  const { code, originalCode } = error;
  if (code === 'ETIMEDOUT') return 'timeout: the server does not answer';
  if (code === 'EPROTOCOL') return 'the server speaks no SMTP: check host and port';
  if (code === 'EMESSAGE') return 'the mail is too large for the server';
  const known = originalCode === undefined ? '' : describeFailure(codedError(originalCode), signal);
  if (known !== '') return known;
  if (code === 'ETLS') return 'TLS cannot be set up: check security, and that it fits the port';
  return 'the server closed the connection before it took the mail';
}

function codedError(code: string): Error {
  return Object.assign(new Error(code), { code });
}

/** The first line of an answer, unless it repeats what nobody may read. */
function saidBy(response: string, secrets: readonly string[]): string {
  const said = oneLine(response.replace(/^\d{3}[ -]/, ''), 200);
  const shown = secrets.flatMap((secret) => [secret, Buffer.from(secret).toString('base64').replace(/=+$/, '')]);
  return shown.some((secret) => response.includes(secret)) ? '' : said;
}
