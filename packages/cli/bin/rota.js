#!/usr/bin/env node
// The door to src/main.ts, in words that every Node of the last years reads, so that one too old can say so.
import module from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'

const major = Number(process.versions.node.split('.')[0])
if (major < 24 || process.features.typescript === false) {
  const why = major < 24 ? 'is too old' : 'has type stripping switched off'
  console.error(
    `rota: Node ${process.versions.node} (${process.execPath}) ${why}; rota needs Node 24 or newer with type stripping. \`npx rota\` uses the one that belongs to it.`,
  )
  process.exit(1)
}
// Compiled code is kept under the home directory, not in /tmp, where others could put theirs.
module.enableCompileCache?.(join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'rota', 'compile'))
await import('../src/main.ts')
