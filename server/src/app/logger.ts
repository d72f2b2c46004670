/** Logs: one JSON line a record on standard error, or readable lines on a terminal. */
import { pino, type Logger as PinoLogger } from 'pino';

export interface LogOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** `auto`: text on a terminal, JSON elsewhere. */
  readonly format: 'auto' | 'json' | 'text';
}

const LEVELS: Readonly<Record<number, string>> = { 20: 'DEBUG', 30: 'INFO ', 40: 'WARN ', 50: 'ERROR' };

export function loggerFor(options: LogOptions): PinoLogger {
  const { stderr } = process;
  const asText = options.format === 'text' || (options.format === 'auto' && stderr.isTTY);
  const destination = !asText ? stderr : { write: (line: string) => stderr.write(readable(line)) };
  return pino({ level: options.level, base: null, serializers: { err: told, error: told } }, destination);
}

/** `03:04:05 WARN  the watch of pods in prod is denied  resource=pods status=403` */
function readable(line: string): string {
  const { level, time, msg, err, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const clock = new Date(Number(time)).toTimeString().slice(0, 8);
  const rest = Object.entries(fields).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const cause = isError(err) ? [`error=${err.message}`] : [];
  return `${clock} ${LEVELS[Number(level)] ?? 'INFO '} ${[String(msg), ...rest, ...cause].join('  ')}\n`;
}

/** An error as its messages and codes, causes included: a driver's error carries whole connections, which nobody reads at 3 a.m. */
function told(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { message, cause, stack } = error;
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  const why = cause === undefined ? {} : { cause: told(cause) };
  return {
    message,
    ...code,
    ...why,
    stack: stack
      ?.split('\n', 4)
      .slice(1)
      .map((line) => line.trim())
      .join(' '),
  };
}

function isError(value: unknown): value is { message: string } {
  return typeof value === 'object' && value !== null && 'message' in value;
}
