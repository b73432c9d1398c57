/** A Redis of one's own. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { scratchFolder } from './embedded.ts'

export interface OwnRedis {
  url: string
  pid: number
  stop(): Promise<void>
}

const PROGRAM = 'redis-server'

/**
 * One that is durable writes every command through to disk before it answers, the other keeps nothing. Null when there
 * is no `redis-server` on the PATH.
 */
export async function startRedis({ isDurable = true } = {}): Promise<OwnRedis | null> {
  const { folder, remove } = scratchFolder()
  const port = await freePort()
  const persistence = isDurable ? ['--appendonly', 'yes', '--appendfsync', 'always'] : ['--appendonly', 'no']
  const address = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder]
  const child = spawn(PROGRAM, [...address, ...persistence, '--save', ''], { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    await once(child, 'spawn')
  } catch {
    remove()
    return null
  }
  for await (const text of child.stdout) if (String(text).includes('Ready to accept connections')) break
  return {
    url: `redis://127.0.0.1:${port}/0`,
    pid: child.pid!,
    async stop() {
      child.kill('SIGTERM')
      await once(child, 'exit')
      remove()
    },
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
