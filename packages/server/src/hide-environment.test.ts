import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadConfig } from './config/load.ts'

const MODULE = join(import.meta.dirname, 'hide-environment.ts')

/** Runs a few lines in a process of their own, which has a secret variable and an open file that it was not told of. */
function inProcess(lines: string) {
  const folder = mkdtempSync(join(tmpdir(), 'rota-hide-'))
  writeFileSync(join(folder, 'secret'), 'canary-file')
  const descriptor = openSync(join(folder, 'secret'), 'r')
  const script = `
    import { execFileSync } from 'node:child_process'
    import { closeInherited, hideEnvironment } from ${JSON.stringify(MODULE)}
    const sh = (command) => execFileSync('/bin/sh', ['-c', command], { encoding: 'utf8' })
    ${lines}`
  try {
    return spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      // Far beyond the numbers that Node marks by itself.
      stdio: ['ignore', 'pipe', 'pipe', ...Array.from({ length: 37 }, () => 'ignore' as const), descriptor],
      env: { PATH: process.env.PATH, LANG: 'C.UTF-8', DATABASE_URL: 'canary-variable', ROTA_REDIS_URL: 'canary-redis' },
      encoding: 'utf8',
    })
  } finally {
    closeSync(descriptor)
    rmSync(folder, { recursive: true })
  }
}

test.runIf(process.platform === 'linux')(
  'a child finds no secret in its parent’s environment, which the parent keeps',
  () => {
    const { stdout, stderr } = inProcess(`
    const isHidden = hideEnvironment()
    delete process.env.ROTA_REDIS_URL
    console.log(isHidden, process.env.DATABASE_URL, process.env.LANG)
    console.log(sh('cat /proc/$PPID/environ | tr "\\\\0" "\\\\n"'))`)
    const [first, ...seen] = stdout.split('\n')
    expect([first, stderr]).toEqual(['true canary-variable C.UTF-8', ''])
    expect(seen.join('\n')).not.toContain('canary')
    expect(seen).toContain('LANG=C.UTF-8')
  },
)

test.runIf(process.platform === 'linux')('a child gets none of what was open when the server was started', () => {
  const { stdout } = inProcess(`
    console.log(sh('ls -l /proc/self/fd').includes('secret'))
    closeInherited()
    console.log(sh('ls -l /proc/self/fd').includes('secret'), sh('echo fine'))`)
  expect(stdout.split('\n').slice(0, 2)).toEqual(['true', 'false fine'])
})

test('secrets can stand in files, and only once', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rota-hide-'))
  const file = join(folder, 'url')
  writeFileSync(file, 'postgres://rota:p@host/db\n')
  const urlOf = (env: Record<string, string>) => loadConfig({}, env, folder).config.database.url
  expect(urlOf({ ROTA_DATABASE_URL_FILE: file })).toBe('postgres://rota:p@host/db')
  expect(() => urlOf({ ROTA_DATABASE_URL_FILE: file, ROTA_DATABASE_URL: 'x' })).toThrow(/set one of the two/)
  expect(() => urlOf({ ROTA_DATABASE_URL_FILE: join(folder, 'none') })).toThrow(/cannot be read \(ENOENT\)/)
  writeFileSync(file, '\n')
  expect(() => urlOf({ ROTA_DATABASE_URL_FILE: file })).toThrow(/is empty/)
  rmSync(folder, { recursive: true })
})
