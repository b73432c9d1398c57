import { lookup } from 'node:dns/promises'
import type { FieldError } from '@rota/core'
import { say } from '@rota/core'
import { AddressGuard, hostRuleProblem } from './address-guard.ts'
import { checkOptionNames } from './option-names.ts'

/** What `http` tasks may reach and take. */
export interface HttpOptions {
  /** Hosts, `*.domains`, addresses and networks that may be reached although they are not public. Default none. */
  allow?: string[]
  /** The same, never to be reached. Wins over `allow`. Default none. */
  deny?: string[]
  /** Redirects followed, each checked again; 0 to 5. Default 3. */
  maxRedirects?: number
  /** Bytes of a response that are read; the rest is not. Default 1 MiB. */
  maxBodyBytes?: number
  /** Milliseconds for connecting, TLS included. Default 10 s. */
  connectTimeoutMs?: number
  /** All addresses of a host name. Default: the system's resolver. */
  resolve?: (hostname: string) => Promise<string[]>
}

/** {@link HttpOptions} with defaults. */
export interface CompiledHttpOptions {
  readonly guard: AddressGuard
  readonly maxRedirects: number
  readonly maxBodyBytes: number
  readonly connectTimeoutMs: number
  resolve(hostname: string): Promise<string[]>
}

const KNOWN: Record<keyof HttpOptions, true> = {
  allow: true,
  deny: true,
  maxRedirects: true,
  maxBodyBytes: true,
  connectTimeoutMs: true,
  resolve: true,
}
const MOST_REDIRECTS = 5

async function resolveBySystem(hostname: string): Promise<string[]> {
  const found = await lookup(hostname, { all: true, order: 'verbatim' })
  return found.map(({ address }) => address)
}

/** Fills in defaults; what is wrong is added to `errors`. */
export function compileHttpOptions(options: HttpOptions, errors: FieldError[]): CompiledHttpOptions {
  errors.push(...checkOptionNames('http.', options, KNOWN))
  const { maxRedirects = 3, maxBodyBytes = 1_048_576, connectTimeoutMs = 10_000 } = options
  for (const [name, value] of Object.entries({ maxBodyBytes, connectTimeoutMs })) {
    if (!Number.isInteger(value) || value < 1) {
      errors.push({ path: `http.${name}`, message: say`Must be a whole number above 0.` })
    }
  }
  if (!Number.isInteger(maxRedirects) || maxRedirects < 0 || maxRedirects > MOST_REDIRECTS) {
    errors.push({ path: 'http.maxRedirects', message: say`Must be 0 to ${MOST_REDIRECTS}.` })
  }
  const rules = (name: 'allow' | 'deny') =>
    (options[name] ?? []).filter((rule, index) => {
      const message = hostRuleProblem(rule)
      if (message) errors.push({ path: `http.${name}.${index}`, message })
      return message === null
    })
  return {
    guard: new AddressGuard(rules('allow'), rules('deny')),
    maxRedirects,
    maxBodyBytes,
    connectTimeoutMs,
    resolve: options.resolve ?? resolveBySystem,
  }
}
