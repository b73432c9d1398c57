import { RotaError, say } from '@rota/core'
import type { FastifyRequest } from 'fastify'

/**
 * The version a change was made from: `If-Match: "3"`, or `version` in the body. Null for `*` or nothing at all.
 * Throws `malformed` when the two differ or the header is not an ETag of ours.
 */
export function expectedVersion(request: FastifyRequest, fromBody?: number): number | null {
  const header = request.headers['if-match']
  if (header === undefined) return fromBody ?? null
  if (header.trim() === '*') return fromBody ?? null
  const [, text] = /^\s*(?:W\/)?"(\d{1,15})"\s*$/.exec(header) ?? /^\s*(\d{1,15})\s*$/.exec(header) ?? []
  if (text === undefined)
    throw new RotaError('malformed', say`If-Match must hold one ETag as replies give it, for example "3".`)
  const version = Number(text)
  if (fromBody !== undefined && fromBody !== version) {
    throw new RotaError('malformed', say`If-Match and the version in the body differ.`)
  }
  return version
}

export function etag(version: number): string {
  return `"${version}"`
}

/** Tries of a change whose maker did not say from which version. */
const MOST_TRIES = 5

/** Makes a change that names no version; when another one came between, makes it again on top of that. */
export async function onLatest<T>(change: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await change()
    } catch (error) {
      if (!RotaError.is(error) || error.code !== 'stale_version' || tries === MOST_TRIES) throw error
    }
  }
}
