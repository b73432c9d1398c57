import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { compileSchedule } from '../schedule/compile.ts'
import { readCrontab } from './read-crontab.ts'
import type { LineOutcome } from './report.ts'

/** Cases that other projects' users have reported, with what is right; `source` says where. */
interface Case {
  id: string
  text: string
  lines: Record<string, Expected>
  source: string
}

interface Expected {
  result: string[]
  command?: string
  timezone?: string
  run_as?: string
  suggestion?: string
  /** An expression that falls due at the same instants. */
  same_as?: string
}

const cases: Case[] = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures', 'public-bugs.json'), 'utf8'))
const WORDS: Record<LineOutcome, string> = {
  task: 'imported',
  environment: 'setting',
  comment: 'comment',
  blank: 'blank',
  disabled: 'off',
  warning: 'warning',
  error: 'mistake',
}
const START = Date.UTC(2026, 0, 1)

function instants(expression: string): (number | null)[] {
  const schedule = compileSchedule({ type: 'cron', expression }, { timezone: 'UTC' })
  let at: number | null = START
  return Array.from({ length: 200 }, () => {
    at = at === null ? null : schedule.next(at)
    return at
  })
}

describe.each(cases)('$id ($source)', ({ text, lines }) => {
  const report = readCrontab(text, { format: 'auto', source: 'crontab', defaultTimezone: 'Europe/London' })

  test.each(Object.entries(lines))('line %s is read as it is meant', (number, expected) => {
    const entry = report.entries[Number(number) - 1]!
    expect(expected.result).toContain(WORDS[entry.outcome])
    const { command, timezone, run_as, suggestion, same_as } = expected
    if (command !== undefined) expect(entry.task?.command).toBe(command)
    if (timezone !== undefined) expect(entry.task?.timezone).toBe(timezone)
    if (run_as !== undefined) expect(entry.task?.run_as).toBe(run_as)
    if (suggestion !== undefined) expect(entry.suggestion).toContain(suggestion)
    if (same_as === undefined) return
    const { schedule } = entry.task!
    expect(instants((schedule as { expression: string }).expression)).toEqual(instants(same_as))
  })
})
