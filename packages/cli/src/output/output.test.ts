import { speak, systemClock } from '@rota/core'
import { expect, onTestFinished, test } from 'vitest'
import type { Context } from '../context.ts'
import { duration, parseDuration, relative } from './duration.ts'
import { fullInstant, shortInstant, wallOf, weekdayOf } from './instant.ts'
import { unmarked } from './mark.ts'
import { createPaint } from './paint.ts'
import { startProgress } from './progress.ts'
import { details, table } from './table.ts'
import { oneLine, textWidth, truncate } from './width.ts'
import { wrap } from './wrap.ts'

const plain = createPaint(false)

test.each([
  ['abc', 3],
  ['报告', 4],
  ['レポート', 8],
  ['한국', 4],
  ['é', 1],
  ['👨‍👩‍👧 x', 4],
  ['\x1b[31mred\x1b[0m', 3],
])('%j takes %i columns', (text, width) => {
  expect(textWidth(text)).toBe(width)
})

test('cutting never splits a wide character and never exceeds the width', () => {
  expect(truncate('每日备份任务', 7)).toBe('每日备…')
  expect(truncate('每日备份任务', 6)).toBe('每日…')
  expect(truncate('short', 5)).toBe('short')
})

test('a name with line breaks or colour codes stays one harmless line', () => {
  expect(oneLine('a\n\x1b[31mb\x1b[0m\tc\x07')).toBe('a ⏎ b c�')
})

test('columns with wide characters line up', () => {
  const rows = [
    { name: '每日备份', runs: 5 },
    { name: 'backup', runs: 12 },
  ]
  const columns = [
    { title: 'NAME', value: (row: (typeof rows)[0]) => row.name },
    { title: 'RUNS', value: (row: (typeof rows)[0]) => String(row.runs), align: 'right' as const },
  ]
  expect(table(rows, columns, plain)).toBe('NAME      RUNS\n每日备份     5\nbackup      12')
})

test('a table fits the terminal by cutting what may be cut, and is whole in a pipe', () => {
  const rows = [{ name: 'a very long name of a task', id: '1234567890' }]
  const columns = [
    { title: 'NAME', value: (row: (typeof rows)[0]) => row.name, shrink: true },
    { title: 'ID', value: (row: (typeof rows)[0]) => row.id },
  ]
  expect(table(rows, columns, plain, 24)).toBe('NAME          ID\na very long…  1234567890')
  expect(table(rows, columns, plain)).toContain('a very long name of a task')
})

test('where some whole cells fit, brief ones give way to them, the most wanted first', () => {
  const columns = [
    { title: 'ID', value: () => '0123456789', brief: () => '89', drop: 1 },
    { title: 'NAME', value: () => 'a name', shrink: true },
    { title: 'DUE', value: () => 'at noon tomorrow', brief: () => 'in 1 d' },
  ]
  const head = (width?: number) => table([1], columns, plain, width).split('\n')[1]
  expect(head(18)).toBe('89  a name  in 1 d')
  expect(head(28)).toBe('89  a name  at noon tomorrow')
  expect(head(36)).toBe('0123456789  a name  at noon tomorrow')
  expect(head()).toBe('0123456789  a name  at noon tomorrow')
})

test('less wanted columns go before a name is cut', () => {
  const columns = [
    { title: 'NAME', value: () => 'a-name-with-thirty-two-characters', shrink: true },
    { title: 'TRIGGER', value: () => 'schedule', drop: 1 },
  ]
  expect(table([1], columns, plain, 40)).toBe('NAME\na-name-with-thirty-two-characters')
})

test('columns that are empty everywhere are left out', () => {
  const columns = [
    { title: 'A', value: () => 'x' },
    { title: 'B', value: () => '' },
  ]
  expect(table([1], columns, plain)).toBe('A\nx')
})

test('details leave out what is empty and indent further lines', () => {
  expect(
    details(
      [
        ['a', 'x\ny'],
        ['long', ''],
        ['bb', 'z'],
      ],
      plain,
    ),
  ).toBe('  a   x\n      y\n  bb  z')
})

test.each([
  [0.0004, '0 ms'],
  [0.34, '340 ms'],
  [9.96, '10 s'],
  [59.9, '1 min'],
  [200, '3 min 20 s'],
  [3_600, '1 h'],
  [7_530, '2 h 5 min'],
  [273_600, '3 d 4 h'],
  [86_460, '1 d'],
])('%d seconds read as %j', (seconds, text) => {
  expect(duration(seconds)).toBe(text)
})

test.each([
  ['90', 90],
  ['1h30m', 5_400],
  ['1.5 h', 5_400],
  ['250ms', 0.25],
  ['2 days', 172_800],
  ['', undefined],
  ['5 parsecs', undefined],
  ['h', undefined],
])('the duration %j means %j seconds', (text, seconds) => {
  expect(parseDuration(text)).toBe(seconds)
})

test('instants are told with their distance', () => {
  const now = Date.UTC(2026, 5, 1, 12)
  expect(relative(now + 61_000, now)).toBe('in 1 min')
  expect(shortInstant('2026-06-01T12:05:00Z', now, 'UTC')).toBe('2026-06-01 12:05:00 UTC (in 5 min)')
  expect(shortInstant('2026-12-01T02:00:00Z', now, 'Asia/Shanghai')).toBe('2026-12-01 10:00:00 +08:00 (in 182 d)')
  expect(fullInstant('2026-06-01T11:59:00.120Z', now, 'Europe/Berlin')).toBe(
    '2026-06-01 13:59:00.120 +02:00 (59 s ago)',
  )
})

test.each([
  ['Asia/Kolkata', '+05:30'],
  ['America/St_Johns', '-02:30'],
  ['UTC', '+00:00'],
])('the offset of %s is %s', (zone, offset) => {
  expect(wallOf(Date.UTC(2026, 5, 1), zone).offset).toBe(offset)
})

test('text is wrapped beside its indent by columns, not characters', () => {
  expect(wrap('one two three four five six', 2, 26)).toBe('one two three four five\n  six')
  expect(wrap('任务 任务 任务 任务 任务 任务', 0, 24)).toBe('任务 任务 任务 任务 任务\n任务')
  expect(wrap('never', 0, undefined)).toBe('never')
})

test('a progress bar draws over itself within the terminal, whatever size that claims to have, and clears away', () => {
  let drawn = ''
  const errRaw = (text: string) => {
    drawn += unmarked(text)
  }
  const context = { errIsTty: true, flags: {}, clock: systemClock, errRaw, errWidth: 0 } as unknown as Context
  const progress = startProgress(context, 'Importing')
  progress.set(0.5, 'a name that is much longer than the room beside the bar on a usual terminal')
  progress.end()
  progress.end()
  expect(drawn).toMatch(/^\x1b\[GImporting █{12}░{12} {2}50 % a name[^\n]*…\x1b\[K\x1b\[G\x1b\[K$/)
})

test('there is no progress bar in a pipe, with --quiet or with --json', () => {
  const errRaw = () => {
    throw new Error('drawn')
  }
  for (const [errIsTty, flags] of [
    [false, {}],
    [true, { quiet: true }],
    [true, { json: true }],
  ]) {
    const context = { errIsTty, flags, clock: systemClock, errRaw } as unknown as Context
    startProgress(context, 'x').set(0.5, '')
  }
})

test('distances and durations are said in the language of the process', () => {
  const now = Date.UTC(2026, 5, 1, 12)
  speak('zh')
  onTestFinished(() => speak('en'))
  expect([relative(now - 7_200_000, now), relative(now + 61_000, now), relative(now, now)]).toEqual([
    '2 小时前',
    '1 分钟后',
    '现在',
  ])
  expect([0.34, 12.5, 59.7, 200].map(duration)).toEqual(['340 毫秒', '13 秒', '1 分钟', '3 分钟 20 秒'])
})

test('a weekday is that of the zone, in either language', () => {
  const at = Date.UTC(2026, 5, 1, 23)
  expect(weekdayOf(at, 'UTC', 'en')).toBe('Mon')
  expect(weekdayOf(at, 'Asia/Shanghai', 'zh')).toBe('周二')
})

test('Chinese breaks between characters, keeps its punctuation, and loses nothing', () => {
  const text = '在 127.0.0.1:7070 启动服务器，数据放在“data”（默认）。a  b （'
  const lines = wrap(text, 0, 26).split('\n')
  expect(lines).toEqual(['在 127.0.0.1:7070 启动服务', '器，数据放在“data”（默', '认）。a  b （'])
})
