import type { Json } from './json.ts'

/** What a type's program is written in; nothing else of a task is code. */
const CODE_FIELDS: ReadonlyMap<string, string> = new Map([
  ['shell', 'command'],
  ['python', 'source'],
  ['script', 'source'],
])

/** True for the types that Rota runs as programs of the operating system. */
export function runsProgram(type: string): boolean {
  return CODE_FIELDS.has(type)
}

/**
 * The payload with the line ends of Unix in its code: a shell takes the CR of a Windows editor for part of a word.
 * Everything but the code stays as it is.
 */
export function withUnixLines(type: string, payload: Record<string, Json>): Record<string, Json> {
  const field = CODE_FIELDS.get(type)
  const code = field === undefined ? undefined : payload[field]
  if (field === undefined || typeof code !== 'string' || !code.includes('\r\n')) return payload
  return { ...payload, [field]: code.replaceAll('\r\n', '\n') }
}
