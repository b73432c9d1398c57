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
  expect(err).toMatch(/"25" is out of range in the hour field, which allows 0–23/)
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

const HOURLY = ['next', '0 8 * * *', '-n', '1', '--json']
const serverIn = (timezone: string) => ({
  fetch: (async () =>
    Response.json({ cron: null, timezone, words: { en: '', zh: '' }, next: [], notes: [] })) as typeof fetch,
})

test('without --tz the zone is the server’s, as of a saved task', async () => {
  const { out, err } = await run(HOURLY, serverIn('Asia/Tokyo'))
  expect(JSON.parse(out)).toEqual(['2026-06-01T23:00:00.000Z'])
  expect(err).toBe('')
})

test('where no server answers the machine’s zone is taken, and that is said', async () => {
  const { out, err } = await run(HOURLY, { zone: 'Europe/Berlin' })
  expect(JSON.parse(out)).toEqual(['2026-06-02T06:00:00.000Z'])
  expect(err).toContain('this machine’s is taken: Europe/Berlin'.replace('’', "'"))
})

test.each([
  ['', '2026-06-02T08:00:00.000Z'],
  [':Asia/Tokyo', '2026-06-01T23:00:00.000Z'],
  ['/usr/share/zoneinfo/Asia/Tokyo', '2026-06-01T23:00:00.000Z'],
])('TZ=%s given to the command goes before the server’s zone', async (TZ, next) => {
  const { out } = await run(HOURLY, { ...serverIn('America/New_York'), env: { TZ } })
  expect(JSON.parse(out)).toEqual([next])
})

test('a TZ that is not understood is refused, never taken for UTC', async () => {
  const { code, err } = await run(['next', '0 8 * * *'], { env: { TZ: 'CET-1CEST,M3.5.0,M10.5.0/3' } })
  expect(code).toBe(2)
  expect(err).toContain('POSIX TZ rule')
  expect(err).toContain('Did you mean Europe/Berlin?')
})

test('an expression that Quartz reads otherwise is refused once, unless the dialect is given', async () => {
  const { code, err } = await run(['next', '0 0 12 ? * 2-6', '--tz', 'UTC', '--json'])
  expect(code).toBe(2)
  expect(JSON.parse(err).error.errors[0].suggestion).toBe('0 0 12 ? * mon-fri')
  const { out } = await run(['next', '0 0 12 ? * 2-6', '--tz', 'UTC', '--dialect', 'quartz', '-n', '5', '--json'])
  expect(JSON.parse(out)[3]).toBe('2026-06-04T12:00:00.000Z')
})

test('what is said of an expression stands on stderr beside JSON, and below the rule else', async () => {
  const crowded = ['next', '* */15 * * * *', '--tz', 'UTC', '-n', '1']
  expect((await run([...crowded, '--json'])).err).toContain('*/15 * * * *')
  expect((await run(crowded)).out).toMatch(/^! It runs every second, 60 times in each such minute/m)
})

test('H without a name is said to be an example', async () => {
  expect((await run(['next', 'H H * * *', '--tz', 'UTC', '-n', '1'])).err).toContain('Give a name')
  expect((await run(['next', 'H H * * *', '--tz', 'UTC', '-n', '1', '--name', 'nightly'])).err).toBe('')
})

test('a suggestion stands once in what is said', async () => {
  const { err } = await run(['next', '0 0 * * mno', '--tz', 'UTC'])
  expect(err.match(/Did you mean/g)).toHaveLength(1)
})

test('an instant that has passed is refused with date and zone', async () => {
  const { code, err } = await run(['next', '{"type":"once","at":"2020-01-01T00:00:00Z"}', '--tz', 'Asia/Tokyo'])
  expect(code).toBe(2)
  expect(err).toContain('2020-01-01 09:00 (Asia/Tokyo) has passed')
})
