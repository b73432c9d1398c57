import { execFileSync } from 'node:child_process'
import { amount } from '@rota/testkit/amount'
import { array, assert, constantFrom, property } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { feedInput, looksCut, otherReadings, splitAtPercent } from './percent.ts'

/** Runs a job's generated script as the shell executor does and gives back what it printed. */
function run(rest: string, shell = '/bin/sh'): string {
  const { script, byPosixShell } = feedInput(splitAtPercent(rest, 'debian'), shell)
  return execFileSync(byPosixShell ? '/bin/sh' : shell, ['-c', script], { input: '', encoding: 'utf8' })
}

describe('the first unescaped % ends the command and further ones are newlines (crontab(5))', () => {
  // Right-hand sides: what Debian's cron 3.0pl1-162 was seen to feed to `cat` for these very lines.
  test.each([
    ['cat%one%two\\%three', 'one\ntwo%three\n'],
    ['cat%one\\\\%two\\x\\\\y%%', 'one\\%two\\x\\\\y\n\n'],
    ['cat%', ''],
    ['cat%%', '\n'],
    ["printf '[\\%s]' 'a\\\\b'", '[a\\b]'],
    ["printf '[\\%s]' 'a\\b'", '[a\\b]'],
  ])('%s', (rest, output) => {
    expect(run(rest)).toBe(output)
  })
})

test('the example of crontab(5) addresses its mail and says its two lines', () => {
  expect(splitAtPercent(`mail -s "It's 10pm" joe%Joe,%%Where are your kids?%`, 'debian')).toEqual({
    command: `mail -s "It's 10pm" joe`,
    stdin: 'Joe,\n\nWhere are your kids?\n',
  })
})

test('\\% is a percent sign and the backslash goes (crontab(5))', () => {
  expect(splitAtPercent('date +\\%F', 'cronie')).toEqual({ command: 'date +%F', stdin: null })
})

test('a doubled backslash becomes one in Debian’s cron and stays in cronie’s', () => {
  expect(splitAtPercent('a \\\\ b \\n', 'debian').command).toBe('a \\ b \\n')
  expect(splitAtPercent('a \\\\ b \\n', 'cronie').command).toBe('a \\\\ b \\n')
  expect(otherReadings('a \\\\ b', 'debian')).toContain('cronie')
  expect(otherReadings('date +\\%F \\n', 'debian')).not.toContain('cronie')
})

test('all commands of a line share the input, as they share cron’s pipe', () => {
  expect(run('read a; echo "first $a"; cat%one%two')).toBe('first one\ntwo\n')
})

test('a command that ends in a comment or a backslash is not changed by the input', () => {
  expect(run('cat # really%x')).toBe('x\n')
  const direct = execFileSync('/bin/sh', ['-c', 'cat; echo b\\'], { input: 'x\n', encoding: 'utf8' })
  expect(run('cat; echo b\\\\%x')).toBe(direct)
})

test('nothing in the input is expanded, and no line of it ends it early', () => {
  expect(run('cat%$HOME `id` \\\\%CRON_INPUT%CRON_INPUT_%end')).toBe('$HOME `id` \\%CRON_INPUT\nCRON_INPUT_\nend\n')
  expect(run('cat%CRON_INPUT%CRON_INPUT_%end')).toBe('CRON_INPUT\nCRON_INPUT_\nend\n')
})

test('the exit status is that of the command', () => {
  expect(() => run('exit 7%x')).toThrow(expect.objectContaining({ status: 7 }))
})

test('a shell that is not POSIX’s gets the input and the command through /bin/sh', () => {
  const perl = feedInput({ command: "it's", stdin: 'x\n' }, '/bin/echo')
  expect(perl.byPosixShell).toBe(true)
  expect(execFileSync('/bin/sh', ['-c', perl.script], { encoding: 'utf8' })).toBe("-c it's\n")
  expect(run('cat%x', '/bin/bash')).toBe('x\n')
})

test('any input arrives as crontab(5) describes it, whatever characters it has', async () => {
  const piece = constantFrom('%', '\\%', '\\', "'", '"', '$x', '`', 'a', ' ', '\t', '#', 'EOF', 'é', '!', '\\n')
  await assert(
    property(array(piece, { maxLength: 12 }), (pieces) => {
      const data = pieces.join('')
      const text = data.replace(/\\%|%/g, (mark) => (mark === '%' ? '\n' : '%'))
      const expected = text === '' || text.endsWith('\n') ? text : `${text}\n`
      expect(run(`cat%${data}`)).toBe(expected)
    }),
    { numRuns: amount({ short: 20, long: 60 }) },
  )
})

test('a command cut in the middle of a substitution, a quotation or a date format is noticed', () => {
  expect(looksCut('tar cf /backup/$(date +')).toBe(true)
  expect(looksCut('echo "100')).toBe(true)
  expect(looksCut('date +')).toBe(true)
  expect(looksCut(`mail -s "It's 10pm" joe`)).toBe(false)
  expect(looksCut('cat')).toBe(false)
})
