/** Loaded into a server by NODE_OPTIONS: SIGUSR2 keeps its event loop busy for ten seconds, as slow code would. */
import { isMainThread } from 'node:worker_threads'

const BLOCKED_MS = 10_000

function block() {
  const endAt = performance.now() + BLOCKED_MS
  while (performance.now() < endAt) {
    // Nothing else gets its turn.
  }
}

if (isMainThread) process.on('SIGUSR2', block)
