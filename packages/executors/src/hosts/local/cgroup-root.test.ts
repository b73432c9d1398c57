import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { CgroupHierarchy, findOwnCgroup, removeCgroup } from './cgroup-hierarchy.ts'

/** A group that is ours to arrange, where this machine lets us make one; else a directory that is none. */
function delegated(): string {
  const [mounts, own] = ['/proc/self/mountinfo', '/proc/self/cgroup'].map((path) => readFileSync(path, 'utf8'))
  const parent = findOwnCgroup(mounts!, own!) ?? '/nowhere'
  const root = join(parent, `rota-test-${process.pid}`)
  try {
    mkdirSync(root)
  } catch {
    return '/nowhere'
  }
  return root
}

test('what lives in the root of attempts makes room for them, and attempts get theirs below it', async () => {
  const root = delegated()
  if (root === '/nowhere') {
    expect(CgroupHierarchy.open('some-mark-of-a-test', root)).toBeNull()
    return
  }
  const server = spawn('sleep', ['60'])
  try {
    writeFileSync(join(root, 'cgroup.procs'), String(server.pid))
    const hierarchy = CgroupHierarchy.open('some-mark-of-a-test', root)
    expect(dirname(hierarchy!.directory)).toBe(root)
    expect(readFileSync(join(root, 'cgroup.procs'), 'utf8')).toBe('')
    expect(readFileSync(join(root, 'server', 'cgroup.procs'), 'utf8')).toBe(`${server.pid}\n`)
    const attempt = hierarchy!.make('attempt')
    expect(existsSync(join(attempt, 'cgroup.procs'))).toBe(true)
    rmdirSync(attempt)
    removeCgroup(hierarchy!.directory)
  } finally {
    server.kill('SIGKILL')
    await once(server, 'exit')
    removeCgroup(root)
  }
})
