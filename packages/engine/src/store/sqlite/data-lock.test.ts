import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DataDirectoryError, lockDataDirectory } from './data-lock.ts'

let folder: string
const children: ChildProcess[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rota-lock-'))
})

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

/** Another process that takes the lock and keeps it. */
async function holder(): Promise<ChildProcess> {
  const source = `
    import { lockDataDirectory } from ${JSON.stringify(join(import.meta.dirname, 'data-lock.ts'))}
    lockDataDirectory(${JSON.stringify(folder)}, 0)
    globalThis.gc()
    console.log('locked')
    setInterval(() => globalThis.gc(), 20)`
  const child = spawn(process.execPath, ['--expose-gc', '--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  await once(child.stdout!, 'data')
  return child
}

function refusal(): DataDirectoryError {
  try {
    lockDataDirectory(folder, 0).release()
  } catch (error) {
    return error as DataDirectoryError
  }
  throw new Error('The lock was granted.')
}

describe('the lock of a data directory', () => {
  test('refuses a second process and names the first', async () => {
    const child = await holder()
    const error = refusal()
    expect(error).toBeInstanceOf(DataDirectoryError)
    expect(error.reason).toBe('in_use')
    expect(error.holder).toEqual({ pid: child.pid, host: hostname(), started_at: '1970-01-01T00:00:00.000Z' })
    expect(error.message).toContain(`process ${child.pid} on ${hostname()}`)
  })

  test('is free again after a kill -9: nothing stale stays behind', async () => {
    const child = await holder()
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(readdirSync(folder)).toContain('lock.json')
    lockDataDirectory(folder, 0).release()
  })

  test('holds within the process too, for its threads as well', async () => {
    const lock = lockDataDirectory(folder, 0)
    expect(refusal().holder?.pid).toBe(process.pid)
    const source = `
      const { parentPort } = require('node:worker_threads')
      import(${JSON.stringify(join(import.meta.dirname, 'data-lock.ts'))}).then(({ lockDataDirectory }) => {
        try { lockDataDirectory(${JSON.stringify(folder)}, 0); parentPort.postMessage('granted') }
        catch (error) { parentPort.postMessage(error.reason) }
      })`
    const thread = new Worker(source, { eval: true, execArgv: [] })
    const [answer] = await once(thread, 'message')
    await thread.terminate()
    expect(answer).toBe('in_use')
    lock.release()
    lockDataDirectory(folder, 0).release()
  })

  test('refuses also when the side file is unreadable or missing', async () => {
    await holder()
    writeFileSync(join(folder, 'lock.json'), '{ nonsense')
    expect(refusal()).toMatchObject({ reason: 'in_use', holder: null })
    rmSync(join(folder, 'lock.json'))
    expect(refusal().message).toContain('another process')
  })

  test('makes the directory, for its owner alone', () => {
    const fresh = join(folder, 'a', 'b')
    const lock = lockDataDirectory(fresh, 0)
    expect(statSync(fresh).mode & 0o777).toBe(0o700)
    expect(JSON.parse(readFileSync(join(fresh, 'lock.json'), 'utf8')).pid).toBe(process.pid)
    lock.release()
    lock.release()
    expect(readdirSync(fresh)).toEqual(['lock.db'])
  })

  test('says which directory cannot be written and why', () => {
    writeFileSync(join(folder, 'file'), '')
    const inside = join(folder, 'file', 'data')
    expect(() => lockDataDirectory(inside, 0)).toThrow(DataDirectoryError)
    expect(() => lockDataDirectory(inside, 0)).toThrow(/file\/data cannot be written: ENOTDIR/)
    expect(() => lockDataDirectory('/proc/rota', 0)).toThrow(/cannot be written/)
  })
})
