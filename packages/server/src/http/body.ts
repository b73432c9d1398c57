import { RotaError, say } from '@rota/core'
import type { FastifyInstance } from 'fastify'

const decoder = new TextDecoder('utf-8', { fatal: true })

/** Reads request bodies: JSON in UTF-8 and nothing else. An empty body is no body. */
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
}

function parseJson(body: Buffer): unknown {
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
