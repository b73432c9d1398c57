/** `npm run docs` writes every generated file; `npm run docs -- --check` fails when one differs from what it would be. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { commandReference } from '@rota/cli'
import { apiReferencePage } from './generators/api-reference.ts'
import { configurationReferencePage } from './generators/configuration-reference.ts'
import { errorReference } from './generators/error-reference.ts'
import { rolesReference } from './generators/roles-reference.ts'
import { statesReference } from './generators/states-reference.ts'
import { webTaskFields } from './generators/task-fields.ts'
import { webClientTypes } from './generators/web-client.ts'

/** A file that is made from the source and committed, so that people can read it and reviews show its changes. */
interface Generator {
  /** From the repository's root. */
  path: string
  make(): Promise<string>
}

const generators: readonly Generator[] = [
  { path: 'docs/cli.md', make: async () => commandReference() },
  { path: 'docs/reference/api.md', make: apiReferencePage },
  { path: 'docs/reference/configuration.md', make: configurationReferencePage },
  { path: 'docs/reference/errors.md', make: errorReference },
  { path: 'docs/reference/roles.md', make: rolesReference },
  { path: 'docs/reference/states.md', make: statesReference },
  { path: 'packages/web/src/api/schema.generated.ts', make: webClientTypes },
  { path: 'packages/web/src/api/task-fields.generated.ts', make: webTaskFields },
]

const root = join(import.meta.dirname, '..')
const checkOnly = process.argv.includes('--check')
for (const { path, make } of generators) {
  const file = join(root, path)
  const text = await make()
  const existing = await readFile(file, 'utf8').catch(() => undefined)
  if (existing === text) continue
  if (checkOnly) {
    console.error(
      `${path} ${existing === undefined ? 'is missing' : 'is out of date'}: run npm run docs and commit it.`,
    )
    process.exitCode = 1
    continue
  }
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
  console.log(`wrote ${path}`)
}
