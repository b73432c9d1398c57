import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { limitCgroup } from '../../resource-limits.ts'
import { limitReached } from './limit-report.ts'

/** A directory that says what a cgroup says. */
const cgroup = mkdtempSync(join(tmpdir(), 'rota-cgroup-'))
afterAll(() => rmSync(cgroup, { recursive: true }))

const ended = { cgroup: null, exit: { code: 1, signal: null }, tail: '' }

test('what a cgroup has counted is told with the limit', () => {
  const limits = { memoryBytes: 1_000_000, processes: 5 }
  writeFileSync(join(cgroup, 'memory.events'), 'low 0\noom 1\noom_kill 0\n')
  writeFileSync(join(cgroup, 'pids.events'), 'max 0\n')
  expect(limitReached({ ...ended, limits, cgroup })).toBeNull()
  writeFileSync(join(cgroup, 'pids.events'), 'max 7\n')
  expect(limitReached({ ...ended, limits, cgroup })).toMatch(/limit of 5 processes/)
  writeFileSync(join(cgroup, 'memory.events'), 'low 0\noom 1\noom_kill 2\n')
  expect(limitReached({ ...ended, limits, cgroup })).toMatch(/memory limit of 1000000 bytes/)
})

test('without one a signal tells it, or what was printed; a limit that does not hold is never to blame', () => {
  const tail = 'MemoryError\nToo many open files\n'
  expect(limitReached({ ...ended, limits: {}, tail })).toBeNull()
  expect(limitReached({ ...ended, limits: { memoryBytes: 5 }, tail })).toMatch(/probably .* memory limit/)
  expect(limitReached({ ...ended, limits: { openFiles: 9 }, tail })).toMatch(/9 open files/)
  const exit = { code: null, signal: 'SIGXCPU' }
  expect(limitReached({ ...ended, limits: { cpuSeconds: 2 }, exit })).toMatch(/2 s of processor time/)
  expect(limitReached({ ...ended, limits: { fileBytes: 2 }, exit: { code: 153, signal: null } })).toMatch(/each file/)
})

test('a cgroup with the controllers takes memory, processes and processors; the rest is left to rlimits', () => {
  const all = new Set(['memory', 'pids', 'cpu'])
  const limits = { memoryBytes: 1_000, processes: 5, cpus: 1.5, openFiles: 9 }
  expect(limitCgroup(cgroup, all, limits)).toEqual({ openFiles: 9 })
  expect(limitCgroup(cgroup, new Set(), limits)).toEqual({ memoryBytes: 1_000, processes: 5, openFiles: 9 })
  expect(limitCgroup(null, all, limits)).toEqual(limits)
})
