/** What a browser must load before the first page is there: at most so much, compressed. */
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build, type Rolldown } from 'vite'

/** Bytes of gzip: shell, overview and its words. */
const MOST_BYTES = 250_000
/** A file more is a request more, and one that others import is found only when they have been read. */
const MOST_FILES = 8

const root = join(import.meta.dirname, '../packages/web')
const built = await build({ root, logLevel: 'silent', build: { write: false } })
const { output } = (Array.isArray(built) ? built[0] : built) as Rolldown.RolldownOutput
const chunks = output.filter((part) => part.type === 'chunk')
const byName = new Map<string, Rolldown.OutputChunk>(chunks.map((chunk) => [chunk.fileName, chunk]))

const wanted = new Set<string>()
for (const chunk of chunks) if (chunk.isEntry) take(chunk)

let total = 0
const lines: string[] = []
for (const part of output) {
  if (!wanted.has(part.fileName)) continue
  const bytes = gzipSync(part.type === 'chunk' ? part.code : part.source, { level: 9 }).length
  total += bytes
  lines.push(`${String(bytes).padStart(9)}  ${part.fileName}`)
}
console.log(`${lines.sort().reverse().join('\n')}\n${String(total).padStart(9)}  of at most ${MOST_BYTES}`)
if (total > MOST_BYTES) {
  console.error(
    `The first load is ${total - MOST_BYTES} bytes too large. Load with \`lazy\` what the first page does not draw.`,
  )
  process.exitCode = 1
}

if (lines.length > MOST_FILES) {
  console.error(
    `The first load takes ${lines.length} files, at most ${MOST_FILES} are allowed. See the groups of packages/web/vite.config.ts.`,
  )
  process.exitCode = 1
}

/** A chunk, its styles, and what it imports at once. */
function take(chunk: Rolldown.OutputChunk): void {
  if (wanted.has(chunk.fileName)) return
  wanted.add(chunk.fileName)
  const { importedCss } = (chunk as { viteMetadata?: { importedCss: Set<string> } }).viteMetadata ?? {}
  for (const style of importedCss ?? []) wanted.add(style)
  for (const name of chunk.imports) {
    const imported = byName.get(name)
    if (imported) take(imported)
  }
}
