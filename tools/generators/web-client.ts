import { openapi } from '@rota/server'
import openapiTypes, { astToString } from 'openapi-typescript'

/** The types of every request and reply, for the web interface: no endpoint is described a second time. */
export async function webClientTypes(): Promise<string> {
  const document = openapi() as { components: { schemas: Record<string, unknown> } }
  // Any JSON value refers to itself, which an alias in an object type may not: its readers narrow it anyway.
  document.components.schemas.Json = {}
  const tree = await openapiTypes(document as never, { alphabetize: true, defaultNonNullable: false })
  return `// Generated from packages/server/src/routes by \`npm run docs\`; do not edit.\n\n${astToString(tree)}`
}
