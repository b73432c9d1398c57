import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const record = readFileSync(join(root, 'docs/decisions/0004-dependencies.md'), 'utf8')

test('the record of dependencies lists all that the manifests list, and only these', () => {
  const listed = globSync(['package.json', 'packages/*/package.json'], { cwd: root }).flatMap((path) => {
    const { dependencies, devDependencies, optionalDependencies } = JSON.parse(readFileSync(join(root, path), 'utf8'))
    return Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })
  })
  const external = listed.filter(([name]) => !name.startsWith('@rota/')).map(([name, version]) => `${name} ${version}`)
  const recorded = [...record.matchAll(/^\| ([@\w/.-]+) \| (\d[^ |]*) \|/gm)].map(
    ([, name, version]) => `${name} ${version}`,
  )
  expect(recorded.sort()).toEqual([...new Set(external)].sort())
})
