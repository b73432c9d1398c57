// @ts-check
// The web interface as a browser loads it, with its files compressed ahead: the server then sends what lies on disk.
import { readdirSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

const COMPRESSED = new Set(['.js', '.css', '.html', '.svg', '.webmanifest', '.txt'])
/** Below this a packet is not filled anyway. */
const LEAST_BYTES = 1_024
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } }

/**
 * @param {string} root
 * @param {string} folder
 */
export async function build(root, folder) {
  process.env.NODE_ENV = 'production'
  const vite = await import('vite')
  await vite.build({
    root: join(root, 'packages/web'),
    logLevel: 'error',
    build: { outDir: folder, emptyOutDir: false, reportCompressedSize: false },
  })
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() && COMPRESSED.has(extname(entry.name)))
  // One after another: this works beside a server that has just started.
  for (const { parentPath, name } of files) await compress(join(parentPath, name))
}

/** @param {string} path */
async function compress(path) {
  const content = await readFile(path)
  if (content.length < LEAST_BYTES) return
  await writeSmaller(`${path}.br`, await promisify(brotliCompress)(content, BROTLI), content)
  await writeSmaller(`${path}.gz`, await promisify(gzip)(content, { level: constants.Z_BEST_COMPRESSION }), content)
}

/**
 * @param {string} path
 * @param {Buffer} compressed
 * @param {Buffer} content
 */
async function writeSmaller(path, compressed, content) {
  if (compressed.length < content.length) await writeFile(path, compressed)
}
