import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'

/** The interactive documentation at /docs; everything it needs comes from this server. */
export async function addDocs(app: FastifyInstance, document: () => Promise<object>): Promise<void> {
  // The plugin wants it at once, and reads it when somebody asks.
  const shown = {}
  await app.register(async (scope) => {
    scope.addHook('onRequest', async () => void Object.assign(shown, await document()))
    // The pages hold no data: they only describe, and ask for a token to try things.
    scope.addHook('onRoute', (options) => {
      options.config = { ...options.config, needs: 'public', isUnlimited: true }
    })
    await scope.register(swagger, { mode: 'static', specification: { document: shown as never } })
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
