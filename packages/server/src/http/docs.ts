import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'

/** The interactive documentation at /docs; everything it needs comes from this server. */
export async function addDocs(app: FastifyInstance, document: object): Promise<void> {
  await app.register(async (scope) => {
    // The pages hold no data: they only describe, and ask for a token to try things.
    scope.addHook('onRoute', (options) => {
      options.config = { ...options.config, permission: 'public', isUnlimited: true }
    })
    await scope.register(swagger, { mode: 'static', specification: { document: document as never } })
    await scope.register(swaggerUi, {
      routePrefix: '/docs',
      uiConfig: { docExpansion: 'none', persistAuthorization: false, tryItOutEnabled: true },
      staticCSP: {
        'default-src': "'self'",
        'base-uri': "'none'",
        'frame-ancestors': "'none'",
        'img-src': "'self' data:",
        'object-src': "'none'",
        'script-src': "'self'",
        'style-src': "'self' 'unsafe-inline'",
      },
    })
  })
}
