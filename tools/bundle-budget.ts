/** What a browser must load before the first page is there: at most so much, compressed. */
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build, type Rolldown } from 'vite'

/** Bytes of gzip: shell, words of one language and overview. */
const MOST_BYTES = 250_000
/** Loaded at once beside the entry: what the first page imports when it is drawn. */
const FIRST_PAGE = ['/i18n/en/first.ts', '/pages/overview/overview-page.tsx']

const root = join(import.meta.dirname, '../packages/web')
const built = await build({ root, logLevel: 'silent', build: { write: false } })
const { output } = (Array.isArray(built) ? built[0] : built) as Rolldown.RolldownOutput
const chunks = output.filter((part) => part.type === 'chunk')
const byName = new Map<string, Rolldown.OutputChunk>(chunks.map((chunk) => [chunk.fileName, chunk]))

const wanted = new Set<string>()
const first = chunks.filter(
  ({ isEntry, facadeModuleId }) => isEntry || FIRST_PAGE.some((page) => facadeModuleId?.endsWith(page)),
)
if (first.length !== FIRST_PAGE.length + 1) throw new Error(`Not found in the build: entry, ${FIRST_PAGE.join(', ')}`)
for (const chunk of first) take(chunk)

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
