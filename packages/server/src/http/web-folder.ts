import { createHash } from 'node:crypto'
import { type FileHandle, open, readdir, readFile, stat } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'

const MEDIA_TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
}

/** Encodings that a build may have made ahead, the smaller first, and what their files end in. */
const ENCODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const

type Encoding = (typeof ENCODINGS)[number][0]

/** One file of the interface as it is sent. */
export interface WebFile {
  mediaType: string
  /** Of the content, whatever its encoding. */
  etag: string
  /** Its name changes with its content. */
  isImmutable: boolean
  encodings: ReadonlyMap<Encoding | 'identity', { path: string; size: number }>
}

interface Table {
  /** Tells whether the folder still holds what was listed. */
  stamp: string
  files: ReadonlyMap<string, WebFile>
}

/**
 * The built web interface on disk. Only what stood in the folder when it was listed can be had, under exactly its path:
 * no path of a request ever meets the file system. Contents stay on disk.
 */
export class WebFolder {
  readonly path: string
  #table: Table = { stamp: '', files: new Map() }

  constructor(path: string) {
    this.path = path
  }

  /** The page itself; undefined while there is none. */
  async page(): Promise<WebFile | undefined> {
    await this.#refresh()
    return this.#table.files.get('/index.html')
  }

  /** The file of a request's path, `/assets/index-x1.js`. */
  async file(path: string): Promise<WebFile | undefined> {
    const known = this.#table.files.get(path)
    if (known !== undefined) return known
    await this.#refresh()
    return this.#table.files.get(path)
  }

  /** A build may appear, or be replaced, while the server runs. */
  async #refresh(): Promise<void> {
    const state = await stat(join(this.path, 'index.html')).catch(() => undefined)
    const stamp = state === undefined ? '' : `${state.ino} ${state.size} ${state.mtimeMs}`
    if (stamp !== this.#table.stamp) this.#table = { stamp, files: stamp === '' ? new Map() : await list(this.path) }
  }
}

/** Opens a file in the best encoding that the reader takes; null when it has gone. */
export async function openWebFile(file: WebFile, acceptEncoding: string | undefined) {
  const wanted = ENCODINGS.map(([encoding]) => encoding).filter((encoding) => accepts(acceptEncoding, encoding))
  const encoding = wanted.find((name) => file.encodings.has(name)) ?? 'identity'
  const chosen = file.encodings.get(encoding)
  const handle: FileHandle | undefined = chosen && (await open(chosen.path).catch(() => undefined))
  return handle === undefined ? null : { encoding, handle, size: chosen!.size }
}

/** Whether Accept-Encoding names the encoding with a weight above zero (RFC 9110, section 12.5.3). */
function accepts(header: string | undefined, encoding: string): boolean {
  return (header ?? '').split(',').some((part) => {
    const [name, ...parameters] = part.split(';').map((text) => text.trim().toLowerCase())
    return name === encoding && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))
  })
}

async function list(folder: string): Promise<Map<string, WebFile>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const present = new Set(paths)
  const files = new Map<string, WebFile>()
  for (const path of paths) {
    const mediaType = MEDIA_TYPES[extname(path)]
    if (mediaType === undefined) continue
    const url = `/${path.slice(folder.length).split(sep).filter(Boolean).join('/')}`
    files.set(url, await describe({ path, url, mediaType, present }))
  }
  return files
}

interface Found {
  path: string
  url: string
  mediaType: string
  present: ReadonlySet<string>
}

async function describe({ path, url, mediaType, present }: Found): Promise<WebFile> {
  const encodings = new Map<Encoding | 'identity', { path: string; size: number }>()
  encodings.set('identity', { path, size: (await stat(path)).size })
  for (const [encoding, suffix] of ENCODINGS) {
    const encoded = path + suffix
    if (present.has(encoded)) encodings.set(encoding, { path: encoded, size: (await stat(encoded)).size })
  }
  const isImmutable = url.startsWith('/assets/')
  // Names of assets hold a hash of their content already.
  const content = isImmutable ? url : await readFile(path)
  const etag = `W/"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`
  return { mediaType, etag, isImmutable, encodings }
}
