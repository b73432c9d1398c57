#!/usr/bin/env node
import { commandWord } from './command-word.ts'
import { runCli } from './program.ts'
import { processTerminal } from './terminal.ts'

const interrupt = new AbortController()
/** Server and agent handle signals by themselves: they let running work finish. */
const isLongLived = ['server', 'agent'].includes(commandWord(process.argv.slice(2)) ?? '')

if (!isLongLived) {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      interrupt.abort()
      // A second one ends the process at once, as it would any other.
    })
  }
}

process.exitCode = await runCli(process.argv.slice(2), processTerminal(interrupt.signal))
