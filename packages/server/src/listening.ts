import type { AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
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
  return urlOf(ANY.has(host) ? '127.0.0.1' : host, address.port)
}

/** Where other machines can reach it: the real addresses behind "all", and none behind a loopback address. */
export function addressesElsewhere(url: string, host: string): string[] {
  if (isLoopback(host)) return []
  if (!ANY.has(host)) return [url]
  const own = Object.values(networkInterfaces()).flatMap((each) => each ?? [])
  const reached = own.filter(({ internal, address, family }) => {
    return !internal && !address.startsWith('fe80:') && (host === '::' || family === 'IPv4')
  })
  return reached.map(({ address }) => urlOf(address, Number(new URL(url).port)))
}

export function isLoopback(host: string): boolean {
  return /^(127\.|::1$|localhost$)/.test(host)
}

const ANY = new Set(['0.0.0.0', '::'])

function urlOf(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}
