import { createHash } from 'node:crypto'
import type { FailureRecord } from '../ports/overviews.ts'

const LONGEST = 200

/** What differs between failures that are alike, the longest first. */
const VARYING: readonly [RegExp, string][] = [
  // Escape sequences of terminals.
  [/\u001b\[[0-9;?]*[A-Za-z]/g, ''],
  [/\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.,]\d+)?)?(Z|[+-]\d\d:?\d\d)?/g, '<time>'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<id>'],
  [/\b0x[0-9a-f]+\b/gi, '<id>'],
  // Hexadecimal words with a digit in them: hashes, not "deadbeef" or "facade".
  [/\b(?=[a-f]*\d)[0-9a-f]{8,}\b/gi, '<id>'],
  [/(?<![\w/:])(?:~|\.{1,2})?(?:\/[\w.@%+-]+){2,}\/?/g, '<path>'],
  [/\d+/g, '<n>'],
  [/\s+/g, ' '],
]

/** Lines that tell what went wrong, in words that programs use; what they print afterwards tells less. */
const TELLING =
  /(?:error|exception|fatal|panic|fail(?:ed|ure)?|cannot|can't|could not|unable|denied|refused|not found|no such|timed? ?out|abort(?:ed)?)(?![a-z])|错误|失败|异常|拒绝|超时|无法/i

/**
 * What a failure says: when it ended by its exit code the last line it printed that tells of an error, or the last of
 * all; else the error.
 */
export function messageOf({ failure, error, outputEnd }: FailureRecord): string {
  const lines = (failure === 'exit_code' && outputEnd !== null ? outputEnd : '').split(/\r?\n/)
  const last = lines.findLast((line) => TELLING.test(line)) ?? lines.findLast((line) => line.trim() !== '')
  return (last ?? error ?? '').trim().slice(0, LONGEST).toWellFormed()
}

/** A message without what differs from one occurrence to the next. */
export function maskedMessage(message: string): string {
  return VARYING.reduce((text, [pattern, stands]) => text.replace(pattern, stands), message).trim()
}

/** Short, and the same for failures of one kind that say the same. */
export function fingerprintOf(kind: string | null, masked: string): string {
  return createHash('sha256').update(`${kind}\n${masked}`).digest('hex').slice(0, 16)
}
