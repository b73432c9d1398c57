/** A shorter value is found in too much that is no secret: `on`, `8080`. */
export const SHORTEST_NEEDLE = 6
/**
 * Longer needles are looked for in pieces of this many bytes that lie side by side, so that no more than one piece is
 * ever held back.
 */
const LONGEST_NEEDLE = 256

/** What stands in the place of a secret. */
export const MASKED = '***'

const SPACE = 0x0a
/** Bytes that are taken for each other: a line break comes out as a blank when a shell splits words. */
export const WHITE = [0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x20] as const
/** Each byte as it is compared. */
export const FOLD = Uint8Array.from({ length: 256 }, (_, byte) => (WHITE.includes(byte as 9) ? SPACE : byte))

/** Columns at which `base64`, `openssl` and `xxd -p` break lines. */
const BASE64_COLUMNS = [76, 64]
const HEX_COLUMNS = [60]

/**
 * The byte strings by which secrets are recognised in output, folded, each of 6 to 256 bytes and each once. Of a value
 * there are: itself, trimmed, its lines, with other white space; as JSON, URLs and shells write it; in base64 and
 * base64url wherever it may lie among other bytes; in hexadecimal digits.
 */
export function needlesOf(values: readonly string[]): Buffer[] {
  const found = new Map<string, Buffer>()
  for (const value of values.filter(isMaskable)) {
    for (const text of new Set(writingsOf(value))) addPieces(found, fold(Buffer.from(text)))
  }
  return [...found.values()]
}

/** Whether a value is long enough to be masked. */
export function isMaskable(value: string): boolean {
  return Buffer.byteLength(value.trim()) >= SHORTEST_NEEDLE
}

function addPieces(found: Map<string, Buffer>, needle: Buffer): void {
  const { length } = needle
  if (length < SHORTEST_NEEDLE) return
  const add = (from: number) => {
    const piece = needle.subarray(from, from + LONGEST_NEEDLE)
    found.set(piece.toString('latin1'), piece)
  }
  for (let from = 0; from + LONGEST_NEEDLE <= length; from += LONGEST_NEEDLE) add(from)
  if (length % LONGEST_NEEDLE !== 0) add(Math.max(0, length - LONGEST_NEEDLE))
}

function fold(bytes: Buffer): Buffer {
  for (let i = 0; i < bytes.length; i++) bytes[i] = FOLD[bytes[i]!]!
  return bytes
}

function* writingsOf(value: string): Generator<string> {
  const trimmed = value.trim()
  for (const text of trimmed === value ? [value] : [value, trimmed]) {
    const unified = text.replaceAll('\r\n', '\n')
    const spaced = [text, unified, unified.replaceAll('\n', '\r\n'), text.split(/\s+/).join(' ')]
    for (const each of new Set(spaced)) {
      yield each
      yield* escapedIn(each)
    }
    for (const each of new Set([text, unified])) yield* encoded(Buffer.from(each))
  }
  for (const line of value.split(/[\r\n]+/)) {
    yield line
    yield line.trim()
  }
}

/** As text stands in JSON, in URLs and forms, and in what shells read and write. */
function* escapedIn(text: string): Generator<string> {
  const json = JSON.stringify(text).slice(1, -1)
  yield json
  yield json.replaceAll('/', '\\/')
  yield asciiOf(json, (code) => code.toString(16))
  yield asciiOf(json, (code) => code.toString(16).toUpperCase())
  yield* inUrls(text.toWellFormed())
  yield text.replaceAll("'", "'\\''")
  yield text.replaceAll("'", `'"'"'`)
  yield text.replace(/["$`\\]/g, '\\$&')
  yield text.replace(/[^\w./:=@%+,-]/g, '\\$&')
  yield text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')
}

function asciiOf(json: string, hex: (code: number) => string): string {
  return json.replace(/[\u007f-\uffff]/g, (char) => `\\u${hex(char.charCodeAt(0)).padStart(4, '0')}`)
}

function* inUrls(text: string): Generator<string> {
  const usual = encodeURIComponent(text)
  // RFC 3986 reserves these too; Python's quote() leaves the slash as it is.
  const strict = usual.replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
  for (const each of [usual, strict, encodeURI(text), strict.replaceAll('%2F', '/')]) {
    yield each
    yield each.replaceAll('%20', '+')
    yield each.replace(/%../g, (code) => code.toLowerCase())
  }
  const url = new URL('http://a')
  url.pathname = text
  yield url.pathname.slice(text.startsWith('/') ? 0 : 1)
  url.search = text
  yield url.search.slice(1)
  const form = new URLSearchParams({ '': text }).toString().slice(1)
  yield form
  yield form.replace(/%../g, (code) => code.toLowerCase())
}

function* encoded(bytes: Buffer): Generator<string> {
  for (const alphabet of ['base64', 'base64url'] as const) {
    for (const offset of [0, 1, 2]) yield base64Core(bytes, offset, alphabet)
    yield* broken(base64Core(bytes, 0, alphabet), BASE64_COLUMNS)
  }
  const hex = bytes.toString('hex')
  for (const digits of [hex, hex.toUpperCase()]) {
    yield digits
    yield* broken(digits, HEX_COLUMNS)
  }
}

/** The digits that depend on nothing but `bytes`, when `offset` others come before them in their group of three. */
function base64Core(bytes: Buffer, offset: number, alphabet: 'base64' | 'base64url'): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString(alphabet)
  return text.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6))
}

function* broken(text: string, columns: readonly number[]): Generator<string> {
  for (const column of columns) {
    if (text.length <= column) continue
    const lines: string[] = []
    for (let from = 0; from < text.length; from += column) lines.push(text.slice(from, from + column))
    yield lines.join('\n')
  }
}
