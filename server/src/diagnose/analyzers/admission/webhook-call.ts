/** Why the API server could not call a webhook, from the error of its HTTP client. */

interface CallFailure {
  readonly why: string;
  readonly step: string;
}

export function callFailure(says: string): CallFailure {
  const service = /(?:endpoints available for service|service) "([^"]{1,253})"/.exec(says)?.[1];
  const named = service ?? /https:\/\/([A-Za-z0-9.-]{1,253})/.exec(says)?.[1] ?? 'behind it';
  const look = `Look at the pods behind the webhook's service ${named}`;
  if (says.includes('no endpoints available'))
    return { why: `its service ${named} has no ready pod`, step: `Bring the pods of service ${named} back` };
  if (/service "[^"]{1,253}" not found/.test(says))
    return {
      why: `its service ${named} does not exist`,
      step: 'Install what the webhook belongs to again, or delete its configuration if it was removed',
    };
  if (says.includes('connection refused')) return { why: `${named} refuses the connection, it is down`, step: look };
  if (says.includes('x509') || says.includes('certificate'))
    return {
      why: `its certificate is not accepted (${errorAfter(says, 'x509: ')})`,
      step: 'Renew its certificate, and put the matching caBundle into the webhook configuration',
    };
  if (says.includes('deadline exceeded') || says.includes('imeout') || says.includes('i/o timeout'))
    return { why: `${named} does not answer in time`, step: `${look}, and whether the control plane can reach them` };
  if (says.includes('no such host')) return { why: `${named} cannot be resolved`, step: look };
  if (says.includes('no route to host') || says.includes('unreachable'))
    return { why: `${named} cannot be reached from the control plane`, step: look };
  return { why: errorAfter(says, ': '), step: look };
}

function errorAfter(says: string, words: string): string {
  const at = says.lastIndexOf(words);
  return says
    .slice(at < 0 ? 0 : at + words.length)
    .trim()
    .slice(0, 160)
    .replace(/\.$/, '');
}
