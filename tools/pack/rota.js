#!/usr/bin/env node
// The door to the published command, in words that every Node of the last years reads, so that one too old can say so.
import module from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'

const [major, minor, patch] = process.versions.node.split('.').map(Number)
const isNewEnough =
  major >= 25 || (major === 24 && minor >= 15) || (major === 22 && (minor > 22 || (minor === 22 && patch >= 3)))
if (!isNewEnough) {
  console.error(
    `rota: Node ${process.versions.node} (${process.execPath}) is too old; rota needs Node 22 from 22.22.3 on, 24 from 24.15 on, or a newer one.`,
  )
  process.exit(1)
}
if (major === 22) {
  // Node 22 calls its SQLite experimental; which ones are trusted has been decided above.
  const warn = process.emitWarning
  process.emitWarning = (...told) =>
    String(told[0]).startsWith('SQLite is an experimental') || warn.apply(process, told)
}
// A start makes much that is thrown away at once. The young generation must not grow by it: it would stay large.
setFlagsFromString('--semi-space-growth-factor=1')
// An agent rests beside what the machine is there for.
if (process.argv.includes('agent')) setFlagsFromString('--optimize-for-size')
// Compiled code is kept under the home directory, not in /tmp, where others could put theirs.
module.enableCompileCache?.(join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'rota', 'compile'))
await import(new URL('../dist/rota.js', import.meta.url).href)
