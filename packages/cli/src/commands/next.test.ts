import { expect, test } from 'vitest'
import { run } from '../testing/run.ts'

const BERLIN = ['--tz', 'Europe/Berlin']

test('--json prints the instants in UTC and nothing else', async () => {
  const { code, out, err } = await run(['next', '0 2 * * *', '--tz', 'UTC', '--count', '2', '--json'])
  expect({ code, out, err }).toEqual({
    code: 0,
    out: '["2026-06-02T02:00:00.000Z","2026-06-03T02:00:00.000Z"]\n',
    err: '',
  })
})

test('--from counts itself and --to does not', async () => {
  const range = ['--from', '2026-01-01T00:00:00Z', '--to', '2026-01-01T02:00:00Z']
  const { out } = await run(['next', '0 * * * *', '--tz', 'UTC', ...range, '--json'])
  expect(JSON.parse(out)).toEqual(['2026-01-01T00:00:00.000Z', '2026-01-01T01:00:00.000Z'])
})

test('an instant without offset is wall clock of the zone', async () => {
  const { out } = await run(['next', '* * * * *', ...BERLIN, '--from', '2026-07-01T10:00', '-n', '1', '--json'])
  expect(JSON.parse(out)).toEqual(['2026-07-01T08:00:00.000Z'])
})

test('a schedule that is never due within the range prints an empty list', async () => {
  const range = ['--from', '2026-01-01', '--to', '2026-02-01']
  const { code, out } = await run(['next', '0 0 29 2 *', '--tz', 'UTC', ...range, '--json'])
  expect({ code, out }).toEqual({ code: 0, out: '[]\n' })
})

test('a change of the clocks is marked and explained', async () => {
  const { out } = await run(['next', '30 2 * * *', ...BERLIN, '--from', '2026-03-28', '-n', '3'])
  expect(out).toMatch(/Sun 2026-03-29 03:00:00 {2}\+02:00 {2}2026-03-29T01:00:00Z .*clocks go forward/)
  expect(out).toMatch(/^! On 2026-03-29/m)
})

test('LANG decides the language, --lang goes before it', async () => {
  const zh = { env: { LANG: 'zh_CN.UTF-8' } }
  expect((await run(['next', '0 9 * * 1', '--tz', 'UTC'], zh)).out).toContain('当地时间')
  expect((await run(['next', '0 9 * * 1', '--tz', 'UTC', '--lang', 'en'], zh)).out).toContain('WALL CLOCK')
})

test('a rule may be JSON', async () => {
  const rule = '{"type":"daily","times":["08:00","20:00"]}'
  const { out } = await run(['next', rule, '--tz', 'Asia/Shanghai', '-n', '2', '--json'])
  expect(JSON.parse(out)).toEqual(['2026-06-01T12:00:00.000Z', '2026-06-02T00:00:00.000Z'])
})

test('a mistake is shown at its place, with the allowed range, and ends with the code for wrong usage', async () => {
  const { code, err } = await run(['next', '0 25 * * *'])
  expect(code).toBe(2)
  expect(err).toMatch(/25 is out of range in the hour field, which allows 0–23/)
  expect(err).toContain('  0 25 * * *\n    ^\n')
})

test('an unknown zone is named with the one that was meant', async () => {
  const { code, err } = await run(['next', '0 2 * * *', '--tz', 'Europe/Berln'])
  expect(code).toBe(2)
  expect(err).toMatch(/Europe\/Berln.*Europe\/Berlin/)
})

test('schedules that can never be due are refused with the reason', async () => {
  const { code, err } = await run(['next', '0 0 30 2 *'])
  expect(code).toBe(2)
  expect(err).toMatch(/never fires/)
})
