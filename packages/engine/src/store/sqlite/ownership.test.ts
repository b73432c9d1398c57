import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, linkSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@rota/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DataDirectoryError } from './data-lock.ts'
import { openSqliteStore } from './open.ts'

let root: string
const children: ChildProcess[] = []

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rota-owner-'))
})

afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  }
  rmSync(root, { recursive: true })
})

/** Another process that has a data directory open. */
async function ownerOf(folder: string): Promise<ChildProcess> {
  const source = `
    import { openSqliteStore } from ${JSON.stringify(join(import.meta.dirname, 'open.ts'))}
    await openSqliteStore({ folder: ${JSON.stringify(folder)} })
    console.log('open')
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  await once(child.stdout!, 'data')
  return child
}

const withoutLock = (folder: string) => rmSync(join(folder, 'lock.db'))

async function refusal(folder: string): Promise<DataDirectoryError> {
  try {
    await (await openSqliteStore({ folder })).close()
  } catch (error) {
    return error as DataDirectoryError
  }
  throw new Error('It was opened.')
}

describe('a database that a living process has', () => {
  test('is refused though the lock file was deleted, and the process is named', async () => {
    const folder = join(root, 'data')
    const child = await ownerOf(folder)
    withoutLock(folder)
    const error = await refusal(folder)
    expect(error).toBeInstanceOf(DataDirectoryError)
    expect(error.reason).toBe('in_use')
    expect(error.holder?.pid).toBe(child.pid)
  })

  test.each(['symbolic link', 'hard link'])('is refused by way of a %s in another directory', async (kind) => {
    const folder = join(root, 'data')
    const child = await ownerOf(folder)
    const other = join(root, 'other')
    mkdirSync(other)
    const link = kind === 'hard link' ? linkSync : symlinkSync
    link(join(folder, 'state.db'), join(other, 'state.db'))
    expect((await refusal(other)).holder?.pid).toBe(child.pid)
  })

  test('can be copied, and the copy is free', async () => {
    const folder = join(root, 'data')
    await ownerOf(folder)
    const copy = join(root, 'copy')
    cpSync(folder, copy, { recursive: true })
    await (await openSqliteStore({ folder: copy })).close()
  })

  test('is free again after a kill -9', async () => {
    const folder = join(root, 'data')
    const child = await ownerOf(folder)
    child.kill('SIGKILL')
    await once(child, 'exit')
    withoutLock(folder)
    await (await openSqliteStore({ folder })).close()
  })
})

describe('whoever has a database', () => {
  test('writes nothing more once it was taken over, and is told', async () => {
    const folder = join(root, 'data')
    const lost = Promise.withResolvers<string>()
    const store = await openSqliteStore({ folder, onLost: lost.resolve })
    await store.runBatch([
      store.kysely.updateTable('settings').set({ value: '{}' }).where('key', '=', 'owner').compile(),
    ])
    await expect(store.executions.markStarted([{ seq: 1, claimSeq: 1, startedAt: 1 }])).rejects.toThrow(/taken over/)
    expect(await lost.promise).toContain('Another process has taken over')
    await store.close()
  })

  test('is told when the file is moved away or replaced', async () => {
    const folder = join(root, 'data')
    const lost = Promise.withResolvers<string>()
    const store = await openSqliteStore({ folder, clock: systemClock, onLost: lost.resolve })
    renameSync(join(folder, 'state.db'), join(folder, 'elsewhere.db'))
    expect(await lost.promise).toContain('moved away or replaced')
    await store.close()
  })
})
