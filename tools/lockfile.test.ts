import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

interface LockedPackage {
  version?: string
  link?: boolean
  resolved?: string
  integrity?: string
  optionalDependencies?: Record<string, string>
}

const lockfile = readFileSync(join(import.meta.dirname, '../package-lock.json'), 'utf8')
const packages: Record<string, LockedPackage> = JSON.parse(lockfile).packages

test('the lockfile has every optional package it names: npm ci refuses it otherwise, on any platform', () => {
  const named = Object.values(packages).flatMap(({ optionalDependencies = {} }) => Object.keys(optionalDependencies))
  const missing = named.filter((name) => !Object.keys(packages).some((path) => path.endsWith(`node_modules/${name}`)))
  expect([...new Set(missing)]).toEqual([])
})

test('the lockfile names no registry host, so that everyone installs from their own', () => {
  expect(lockfile).not.toMatch(/https?:\/\/[^"]*\.tgz/)
})

test('every package of the lockfile carries a checksum', () => {
  const unchecked = Object.entries(packages).filter(
    ([path, { link, integrity }]) => path.includes('node_modules/') && link !== true && integrity === undefined,
  )
  expect(unchecked.map(([path]) => path)).toEqual([])
})
