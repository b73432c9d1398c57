#!/usr/bin/env node
import { runCli } from './program.ts'
import { processTerminal } from './terminal.ts'

const interrupt = new AbortController()
/** The server handles signals by itself: it lets running work finish. */
const isServer = process.argv.slice(2).find((each) => !each.startsWith('-')) === 'server'

if (!isServer) {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      interrupt.abort()
      // A second one ends the process at once, as it would any other.
    })
  }
}

process.exitCode = await runCli(process.argv.slice(2), processTerminal(interrupt.signal))
