import type { AddressInfo } from 'node:net'
import { say } from '@rota/core'
import type { Config } from '@rota/protocol'
import { EXIT, StartFailure } from './failure.ts'
import type { App } from './http/app.ts'

/** Starts to listen. Throws StartFailure when the address or port cannot be had. */
export async function listen(app: App, { host, port }: Config): Promise<void> {
  try {
    await app.server.listen({ host, port })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const reasons: Record<string, string> = {
      EADDRINUSE: say`Port ${port} on ${host} is in use. Stop the program that has it, or choose another with --port.`,
      EACCES: say`Port ${port} may not be used by this user. Choose one above 1023 with --port.`,
      EADDRNOTAVAIL: say`This machine has no address ${host}. Name one it has with --host, or 0.0.0.0 for all.`,
      ENOTFOUND: say`The host name ${host} cannot be resolved. Name an address with --host.`,
    }
    const reason = reasons[code ?? '']
    if (reason === undefined) throw error
    throw new StartFailure(EXIT.unavailable, reason, { cause: error })
  }
}

/** Where the server listens, as this machine can reach it. Throws when it does not listen yet. */
export function addressOf(app: App, { host }: Config): string {
  const address = app.server.server.address() as AddressInfo | null
  if (address === null) throw new Error('The server does not listen yet.')
  const isAny = host === '0.0.0.0' || host === '::'
  const name = isAny ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host
  return `http://${name}:${address.port}`
}
