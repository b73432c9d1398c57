#!/usr/bin/env node
import { commandWord } from './command-word.ts'
import { runCli } from './program.ts'
import { processTerminal } from './terminal.ts'

const interrupt = new AbortController()
/** The server handles signals by itself: it lets running work finish. */
const isServer = commandWord(process.argv.slice(2)) === 'server'

if (!isServer) {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      interrupt.abort()
      // A second one ends the process at once, as it would any other.
    })
  }
}

process.exitCode = await runCli(process.argv.slice(2), processTerminal(interrupt.signal))
