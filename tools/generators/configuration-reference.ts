import { configReference } from '@rota/server'

/** The page that lists every setting, and only these. */
export async function configurationReferencePage(): Promise<string> {
  return `<!-- Generated from packages/protocol/src/config.ts by \`npm run docs\`; do not edit. -->

# Settings

How file, environment and flags go together is told in [configuration](../configuration.md).

${configReference()}`
}
