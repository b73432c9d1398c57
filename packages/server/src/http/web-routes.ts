import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { RotaError } from '@rota/core'
import type { Config } from '@rota/protocol'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { absentPage } from './web-absent.ts'
import { openWebFile, type WebFile, WebFolder } from './web-folder.ts'

/** Where the published package brings it. */
const PACKED_FOLDER = fileURLToPath(new URL('../../web', import.meta.url))
/** Where a build by hand puts it: packages/web/dist. */
const BUILT_FOLDER = fileURLToPath(new URL('../../../web/dist', import.meta.url))
/** What the server itself answers: an unknown path among these is no page. */
const NO_PAGES = /^\/(api|docs|assets)(\/|$)/

/**
 * Styles may stand in the page: Mantine writes its theme, the editor its highlighting and the charts their labels into
 * `<style>` and `style=`. Scripts may not, and nothing comes from elsewhere.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join(';')

/** Answers a request that no route matched, if it wants a page or file of the interface; false when not. */
export type WebFallback = (request: FastifyRequest, reply: FastifyReply) => Promise<boolean>

/**
 * Serves the web interface: its files, and its page under every path that is nobody else's, because the page reads the
 * path itself. All of it is public: what it shows it asks the API for.
 */
export function addWeb(app: FastifyInstance, { web_dir: folder }: Config['http']): WebFallback {
  const web = new WebFolder(folder ?? (existsSync(PACKED_FOLDER) ? PACKED_FOLDER : BUILT_FOLDER))
  const config = { needs: 'public' } as const

  app.route({
    method: ['GET', 'HEAD'],
    url: '/',
    config,
    exposeHeadRoute: false,
    handler: (request, reply) => sendPage(request, reply),
  })
  app.route({
    method: ['GET', 'HEAD'],
    url: '/assets/*',
    config,
    exposeHeadRoute: false,
    handler: async (request, reply) => {
      const file = await web.file(pathOf(request))
      if (file === undefined) throw new RotaError('not_found', 'The interface has no such file.')
      return send(file, request, reply)
    },
  })
  return async (request, reply) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false
    const path = pathOf(request)
    if (NO_PAGES.test(path)) return false
    const file = await web.file(path)
    if (file !== undefined) await send(file, request, reply)
    else if (/\btext\/html\b/i.test(request.headers.accept ?? '')) await sendPage(request, reply)
    else return false
    return true
  }

  async function sendPage(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    reply.header('Content-Security-Policy', CONTENT_SECURITY_POLICY)
    const page = await web.page()
    if (page !== undefined) return send(page, request, reply)
    const { html, isComing } = absentPage(web.path, folder !== null)
    // Not 503 while it is coming: each visit would be a line in the log.
    return reply
      .code(isComing ? 202 : 503)
      .type('text/html; charset=utf-8')
      .send(html)
  }
}

async function send(file: WebFile, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const isKnown = hasTag(request.headers['if-none-match'], file.etag)
  const opened = isKnown ? null : await openWebFile(file, request.headers['accept-encoding'])
  if (!isKnown && opened === null) throw new RotaError('not_found', 'The interface was replaced; load the page again.')
  reply.header('Cache-Control', file.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache')
  reply.header('ETag', file.etag)
  reply.header('Vary', 'Accept-Encoding')
  if (opened === null) return reply.code(304).send()
  reply.type(file.mediaType).header('Content-Length', opened.size)
  if (opened.encoding !== 'identity') reply.header('Content-Encoding', opened.encoding)
  if (request.method !== 'HEAD') return reply.send(opened.handle.createReadStream())
  await opened.handle.close()
  return reply.send()
}

function pathOf(request: FastifyRequest): string {
  return request.url.split('?')[0]!
}

/** If-None-Match compares weakly (RFC 9110, section 13.1.2). */
function hasTag(header: string | undefined, etag: string): boolean {
  const bare = (tag: string) => tag.trim().replace(/^W\//, '')
  const tags = header?.split(',') ?? []
  return tags.some((tag) => tag.trim() === '*' || bare(tag) === bare(etag))
}
