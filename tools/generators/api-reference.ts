import { apiReference } from '@rota/server'

/** The page that lists every endpoint, and only these. */
export async function apiReferencePage(): Promise<string> {
  return `<!-- Generated from packages/server/src/routes by \`npm run docs\`; do not edit. -->

# Endpoints

How requests, errors and credentials work is told in [the API guide](../api.md). A running server has the same with all
fields: interactive at \`/docs\`, as OpenAPI 3.1 at \`/openapi.json\`. \`public\` needs no credential, \`authenticated\` any
valid one; the roles' permissions are in [security](../security.md).

${apiReference()}`
}
