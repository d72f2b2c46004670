/** Signs of TLS that fails, by what is wrong with it. */
import { addressIn } from '../log-address.ts';
import { firstNamed, type Phrase, says, type Sign, withNext } from './sign.ts';

const TLS_SUBJECTS: readonly RegExp[] = [
  /certificate is (?:not )?valid for ([^,;"]{1,120}, not [\w.*-]{1,253})/,
  /ostname ([\w.-]{1,253})/,
  /cert's altnames: Host: ([\w.-]{1,253})/,
  /host name ['"]([\w.-]{1,253})['"]/,
  /certificate ["']([^"']{1,200})["']/,
  /host='?([\w.-]{1,253})/,
  /https?:\/\/(?:[^\s/@]{0,200}@)?([\w.-]{1,253})/,
];

const tls = (kind: string, wanted: readonly Phrase[]): Sign => ({
  cause: 'tls-failure',
  kind,
  passes: true,
  find: (line, around) => {
    if (!says(line, wanted)) return null;
    const subject = firstNamed(line.text, TLS_SUBJECTS) || addressIn(line.text)?.host || '';
    return { subject, dependency: addressIn(line.text) ?? addressIn(withNext(around, 1)) };
  },
});

export const TLS_SIGNS: readonly Sign[] = [
  tls('expired', [
    ['certificate has expired'],
    ...[
      'cert_has_expired',
      'certificateexpiredexception',
      'notafter: ',
      'certificate expired',
      'expired certificate',
      'certificatenotyetvalid',
    ],
    ...['certificate is not yet valid', 'invalid peer certificate: expired'],
  ]),
  tls('hostname', [
    ...[
      'altname_invalid',
      'hostname mismatch',
      'hostname/ip does not match',
      "doesn't contain any ip sans",
      'relies on legacy common name',
    ],
    ...[
      'no subject alternative',
      'remotecertificatenamemismatch',
      'certificate subject name',
      'notvalidforname',
      "doesn't match the host name",
    ],
    ...['no alternative certificate subject name', 'sslpeerunverifiedexception'],
    ['x509: certificate is valid for', ', not '],
    ['hostname', "doesn't match"],
  ]),
  tls('untrusted', [
    ...[
      'unknown authority',
      'pkix path',
      'unable to find valid certification path',
      'self_signed_cert',
      'self-signed certificate',
      'self signed certificate',
    ],
    ...[
      'unable to verify the first certificate',
      'unable_to_verify_leaf',
      'unable_to_get_issuer',
      'unable to get local issuer',
      'unable to get issuer',
      'unknown certificate authority',
      'unknownissuer',
    ],
    ...[
      'unknown ca',
      'unknown_ca',
      'remotecertificatechainerrors',
      'partialchain',
      'untrustedroot',
      'certificate_verify_failed',
      'certificate verify failed',
    ],
    ...[
      'failed to verify certificate',
      'the remote certificate is invalid',
      'remote certificate was rejected',
      'x509: ',
    ],
  ]),
  tls('not-tls', [
    ...[
      'wrong version number',
      'wrong_version_number',
      'does not look like a tls handshake',
      'http response to https client',
      'http request to an https server',
    ],
    ...[
      'plain http request was sent to https',
      'not an ssl/tls record',
      'server does not support ssl',
      'packet length too long',
      'ssl3_get_record',
      'ssl routines::http request',
    ],
    ...['unrecognized ssl message', 'frame size or an incorrect'],
    ...['ssl is not enabled on the server', 'insecure transport are prohibited', 'ssl connection is required'],
  ]),
  tls('key-pair', [
    ...[
      'key values mismatch',
      'private key does not match',
      'failed to find any pem data',
      'no start line',
      'pem_read_bio',
      'keystore was tampered',
    ],
    ...['keystore password was incorrect', 'bad decrypt', 'pem routines', 'invalidkeyformat', 'neither pem nor'],
    ['cannot load certificate key', 'ssl_ctx_use'],
  ]),
  tls('handshake', [
    ...[
      'handshake failure',
      'handshake_failure',
      'sslhandshakeexception',
      'handshake failed',
      'bad certificate',
      'bad_certificate',
      'certificate required',
    ],
    ...[
      'protocol version not supported',
      'protocol_version',
      'alert protocol version',
      'unsupported protocol',
      'tlsv1 alert',
      'sslv3 alert',
      'tls_alert',
    ],
    ...[
      'ssl connection could not be established',
      'no cipher',
      'no protocols in common',
      'ssl routines',
      'remote error: tls:',
      'handshake error',
      ' eproto',
    ],
  ]),
];
