import { type DestinationStream, destination, type Logger, pino, stdTimeFunctions } from 'pino'

const SECRET_KEYS = [
  'authorization',
  'cookie',
  'password',
  'current_password',
  'new_password',
  'token',
  'access_token',
  'refresh_token',
  'secret',
  'api_key',
]
/** Whatever is logged, these keys are not, at the first three levels. */
const REDACTED = SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`])

/** The server's log: one JSON object per line on stderr, with secrets taken out. */
export function createLogger(level: string, to: DestinationStream = destination({ fd: 2, sync: true })): Logger {
  const options = {
    level,
    base: { service: 'rota' },
    timestamp: stdTimeFunctions.isoTime,
    redact: { paths: REDACTED, censor: '[redacted]' },
    formatters: { level: (label: string) => ({ level: label }) },
  }
  return pino(options, to)
}
