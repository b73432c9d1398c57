import { invalid, RotaError, say } from '@rota/core'
import { LIMITS } from '@rota/protocol'
import type { FastifyInstance, FastifyRequest } from 'fastify'

const decoder = new TextDecoder('utf-8', { fatal: true })

export const FORM_TYPE = 'application/x-www-form-urlencoded'

/**
 * Reads request bodies: JSON in UTF-8, and forms where a route takes them, for any page of the web can send one. An empty
 * body is no body.
 */
export function addBodyParser(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    ['application/json', 'application/merge-patch+json'],
    { parseAs: 'buffer' },
    async (request: { headers: Record<string, unknown> }, body: Buffer) => {
      const encoding = request.headers['content-encoding']
      if (encoding !== undefined && encoding !== 'identity') {
        throw new RotaError('unsupported_media_type', say`Compressed request bodies are not taken.`)
      }
      return body.length === 0 ? undefined : parseJson(body)
    },
  )
  app.addContentTypeParser(FORM_TYPE, { parseAs: 'string' }, async (request: FastifyRequest, body: string) => {
    if (request.routeOptions.config.takesForm !== true) {
      throw new RotaError('unsupported_media_type', say`Send JSON, with "Content-Type: application/json".`)
    }
    return body === '' ? undefined : Object.fromEntries(new URLSearchParams(body))
  })
}

/** Nesting that JSON.parse is not asked to follow: it takes a third of a second for a megabyte of brackets. */
const DEEPEST = 200
const QUOTE = 0x22
const BACKSLASH = 0x5c

function isTooDeep(body: Buffer): boolean {
  let depth = 0
  let isInText = false
  for (let at = 0; at < body.length; at++) {
    const byte = body[at]!
    if (isInText) {
      if (byte === BACKSLASH) at++
      else if (byte === QUOTE) isInText = false
    } else if (byte === QUOTE) isInText = true
    // Brackets and braces differ in this bit alone.
    else if ((byte | 0x20) === 0x7b && ++depth > DEEPEST) return true
    else if ((byte | 0x20) === 0x7d) depth--
  }
  return false
}

function parseJson(body: Buffer): unknown {
  if (isTooDeep(body)) {
    throw invalid([{ path: '', message: say`must not be nested deeper than ${LIMITS.depth} levels.` }])
  }
  let text: string
  try {
    text = decoder.decode(body)
  } catch {
    throw new RotaError('malformed', say`The request body is not valid UTF-8.`)
  }
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new RotaError('malformed', say`The request body is not valid JSON: ${place((error as Error).message, text)}.`)
  }
}

/** V8's reason without the excerpt of the body, which may hold secrets; the position as line and column. */
function place(message: string, text: string): string {
  const [, at] = /at position (\d+)/.exec(message) ?? []
  if (at === undefined) return say`it ends too early or is not JSON at all`
  const before = text.slice(0, Number(at))
  const line = before.split('\n').length
  return say`unexpected content at line ${line}, column ${before.length - before.lastIndexOf('\n')}`
}
