/**
 * Fails for a regular expression of the packages whose time may grow faster than its text. A line of a log, a file or a
 * body can be long, and while an expression backtracks the event loop stands still and leases run out.
 */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { slowExpressions } from './slow-expressions.ts'

/** Those that may stay: file, expression, and what bounds its text or makes it linear all the same. */
const ALLOWED: readonly [path: string, text: string, bound: string][] = [
  [
    'packages/engine/src/views/fingerprint.ts',
    String.raw`/\b(?=[a-f]*\d)[0-9a-f]{8,}\b/gi`,
    'A message of at most 200 characters: messageOf cuts it before.',
  ],
  [
    'packages/engine/src/views/fingerprint.ts',
    String.raw`/(?<![\w/:])(?:~|\.{1,2})?(?:\/[\w.@%+-]+){2,}\/?/g`,
    'A message of at most 200 characters: messageOf cuts it before.',
  ],
  [
    'packages/engine/src/store/postgres/values.ts',
    String.raw`/(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/gi`,
    'Begins only where a run of backslashes begins, so each run is looked at twice at most.',
  ],
  [
    'packages/core/src/crontab/job-line.ts',
    String.raw`/^[ \t]*-(?=[^\s-])/`,
    'Anchored; blanks end at the hyphen, and one character is looked ahead.',
  ],
  [
    'packages/cli/src/output/log-line.ts',
    String.raw`/\x1b(?!\[[\d;:]*m)(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)?|.)?/g`,
    'Each part ends at the next escape, so no character is looked at more than three times.',
  ],
  [
    'packages/server/src/http/not-found.ts',
    'RegExp(…)',
    'Made of our own routes; each part ends at the next slash of a path, which the HTTP parser holds to 16 KB.',
  ],
  ['packages/protocol/src/execution.ts', 'RegExp(…)', 'Words of which none begins another one, with a comma between.'],
  ['packages/cli/src/output/mark.ts', 'RegExp(…)', 'Begins with 38 fixed characters, and ends where a colour does.'],
]

const ROOT = join(import.meta.dirname, '..')
const sources = globSync('packages/*/src/**/*.{ts,tsx}', { cwd: ROOT }).filter(
  (path) => !/\.(test|generated)\.tsx?$/.test(path) && !path.includes('/testing/') && !path.includes('/testkit/'),
)
const unused = new Set(ALLOWED)
const problems: string[] = []
const slow = await Promise.all(
  sources.toSorted().map((path) => slowExpressions(path, readFileSync(join(ROOT, path), 'utf8'))),
)
for (const { path, line, text, why } of slow.flat()) {
  const entry = ALLOWED.find(([place, expression]) => place === path && expression === text)
  if (entry === undefined) problems.push(`${path}:${line}: ${text} (${why})`)
  else unused.delete(entry)
}
for (const [path, text] of unused) problems.push(`tools/backtracking.ts: ${path} has ${text} no longer`)
for (const problem of problems) console.error(problem)
if (problems.length > 0) {
  console.error('Read such a text character by character, or bound it and say so in tools/backtracking.ts.')
  process.exitCode = 1
}
