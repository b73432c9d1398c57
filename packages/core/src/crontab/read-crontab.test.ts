import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readCrontab } from './read-crontab.ts'
import type { CrontabLine, CrontabOptions } from './report.ts'

function read(text: string, options: Partial<CrontabOptions> = {}) {
  return readCrontab(text, { format: 'user', source: 'jobs', defaultTimezone: 'Europe/Berlin', ...options })
}

/** The report's line of a single line of text. */
function line(text: string, options: Partial<CrontabOptions> = {}): CrontabLine {
  return read(`${text}\n`, options).entries.at(-1)!
}

const fixture = (name: string) => readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8')

describe('a Debian machine’s own files', () => {
  const etc = readCrontab(fixture('etc-crontab.txt'), {
    format: 'auto',
    source: '/etc/crontab',
    defaultTimezone: 'UTC',
  })
  const packages = readCrontab(fixture('cron.d-packages.txt'), {
    format: 'system',
    source: '/etc/cron.d/packages',
    defaultTimezone: 'UTC',
  })

  test('/etc/crontab gives its four run-parts jobs and nothing for the drawing above them', () => {
    expect(etc).toMatchObject({ isCrontab: true, format: 'system', ambiguous: false, notes: [] })
    expect(etc.counts).toMatchObject({ task: 4, environment: 2, disabled: 0, warning: 0, error: 0 })
    expect(etc.tasks.map(({ name }) => name)).toEqual([
      'crontab-run-parts-cron.hourly',
      'crontab-run-parts-cron.daily',
      'crontab-run-parts-cron.weekly',
      'crontab-run-parts-cron.monthly',
    ])
    expect(etc.tasks[1]).toEqual({
      name: 'crontab-run-parts-cron.daily',
      description: 'Imported from /etc/crontab.',
      group: 'crontab',
      tags: ['crontab', 'imported', 'imported:crontab'],
      origin: expect.stringMatching(/^crontab:\/etc\/crontab#[0-9a-f]{16}\.[0-9a-f]{16}$/),
      type: 'shell',
      command: 'test -x /usr/sbin/anacron || { cd / && run-parts --report /etc/cron.daily; }',
      env: { SHELL: '/bin/sh', PATH: '/usr/local/sbin:/usr/local/bin:/sbin:/bin:/usr/sbin:/usr/bin' },
      run_as: 'root',
      schedule: { type: 'cron', expression: '25 6 * * *' },
      timezone: 'UTC',
      concurrency: { overlap: 'allow' },
      misfire: { policy: 'skip' },
      enabled: true,
    })
  })

  test('every line that packages put into cron.d is imported as it stands', () => {
    expect(packages.counts).toMatchObject({ task: 12, warning: 0, error: 0 })
    expect(packages.tasks.map(({ run_as }) => run_as)).toContain('logcheck')
  })

  test('all imported commands are valid for the shell', () => {
    for (const { command } of [...etc.tasks, ...packages.tasks]) {
      expect(() => execFileSync('/bin/sh', ['-n', '-c', command!])).not.toThrow()
    }
  })

  test('the comment directly above a job is its description', () => {
    const task = packages.tasks.find(({ name }) => name.includes('sessionclean'))
    expect(task?.description).toContain('Look for and purge old sessions every 30 minutes')
  })

  test('MAILTO is kept with the jobs below it and told in their description (crontab(5))', () => {
    const entry = packages.entries.find(({ text }) => text.startsWith('@reboot'))
    expect(entry).toMatchObject({ mailto: 'root', task: { run_at_boot: true, schedule: { type: 'none' } } })
    expect(entry?.task?.description).toContain('mailed its output to root')
  })
})

describe('a user’s crontab with mistakes', () => {
  const report = readCrontab(fixture('user-crontab.txt'), {
    format: 'auto',
    source: '/var/spool/cron/crontabs/ada',
    defaultTimezone: 'Europe/Berlin',
    homeOf: (user) => `/home/${user}`,
  })

  test('a line with a mistake is reported and the others are imported', () => {
    expect(report.counts).toEqual({
      task: 7,
      environment: 5,
      comment: 3,
      blank: 2,
      disabled: 1,
      warning: 0,
      error: 4,
    })
    expect(report.entries.filter(({ outcome }) => outcome === 'error').map(({ text }) => text.slice(0, 10))).toEqual([
      '0 25 * * *',
      '61 * * * *',
      '@Daily    ',
      'export EDI',
    ])
    expect(report.notes).toHaveLength(1)
  })

  test('jobs run as the owner, in their home directory, with the shell of SHELL (crontab(5))', () => {
    expect(report.tasks.find(({ name }) => name === 'ada-git-pull')).toMatchObject({
      type: 'script',
      interpreter: '/bin/bash',
      source: 'cd "$HOME/project" && [[ -d .git ]] && git pull -q',
      run_as: 'ada',
      working_dir: '/home/ada',
      description: expect.stringContaining('Office hours'),
    })
  })

  test('settings hold for the lines below them only (crontab(5))', () => {
    expect(report.tasks[0]!.env).not.toHaveProperty('CRON_TZ')
    expect(report.tasks[0]!.timezone).toBe('Europe/Berlin')
    expect(report.tasks.at(-1)).toMatchObject({ env: { MAILTO: '' }, timezone: 'Asia/Tokyo' })
  })

  test('a commented-out job is recognised and not imported', () => {
    const entry = report.entries.find(({ outcome }) => outcome === 'disabled')
    expect(entry?.message).toContain('mysqldump')
    expect(entry?.task).toBeUndefined()
  })
})

describe('times', () => {
  test.each([
    ['5-55/10 8-17 1,15 jan,JUL sun', '5-55/10 8-17 1,15 jan,JUL sun'],
    ['09,39\t*  * *\t7', '09,39 * * * 7'],
    ['0 0 13 * 5', '0 0 13 * 5'],
    ['-*/5 * * * *', '*/5 * * * *'],
    ['@midnight', '0 0 * * *'],
    ['@weekly', '0 0 * * 0'],
    ['@annually', '0 0 1 1 *'],
    ['~ 0~6 * * *', '~ 0~6 * * *'],
    ['*/90 * * * *', '*/60 * * * *'],
    ['10-20/90 * * * *', '10 * * * *'],
  ])('%s is %s', (times, expression) => {
    expect(line(`${times} true`).task?.schedule).toEqual({ type: 'cron', expression })
  })

  test.each([
    ['0 25 * * *', 3, undefined],
    ['0 24 * * *', 3, '0 0 * * *'],
    ['  0 0  * * 8', 12, undefined],
    ['0 0 * * funday', 9, '0 0 * * sun'],
    ['5/10 * * * *', 1, '5-59/10 * * * *'],
    ['0 0 * * fri-tue', 9, undefined],
    ['0 */0 * * *', 5, undefined],
    ['0, 30 * * * *', 3, '0,30'],
    ['0 0 2 * * *', 11, '0 2 * * *'],
    ['@Daily', 1, '@daily'],
    ['0 0 L * *', 5, undefined],
    ['H 3 * * *', 1, undefined],
    ['* * 1-60/40 * *', 10, undefined],
    ['0 0 1 january *', 7, '0 0 1 jan *'],
  ])('%s is a mistake in column %i', (times, column, suggestion) => {
    const entry = line(`${times} true`)
    expect(entry).toMatchObject({ outcome: 'error', column })
    if (suggestion) expect(entry.suggestion).toBe(suggestion)
  })

  test('30 February is refused with the reason that it never comes', () => {
    expect(line('0 0 30 2 * true')).toMatchObject({ outcome: 'error', message: expect.stringContaining('never') })
  })

  test('missing fields and commands are named', () => {
    expect(line('@daily').message).toContain('command is missing')
    expect(line('0 5 *').message).toContain('month is missing')
    expect(line('0 5 * * * root', { format: 'system' }).message).toContain('no command after the user')
    expect(line('0 5 * * * /usr/bin/x', { format: 'system' })).toMatchObject({
      column: 11,
      suggestion: 'root /usr/bin/x',
    })
  })

  test('RANDOM_DELAY delays the jobs below by up to that many minutes (cronie’s crontab(5))', () => {
    const report = read('RANDOM_DELAY=45\n@daily a\nRANDOM_DELAY=x\n@daily b\n')
    expect(report.tasks.map(({ jitter_seconds }) => jitter_seconds)).toEqual([2700, undefined])
    expect(report.entries[2]).toMatchObject({ outcome: 'warning' })
  })

  test('jobs below a CRON_TZ that is no zone are not imported at the wrong time', () => {
    const report = read('CRON_TZ=Europe/Brelin\n@daily a\nCRON_TZ=\n@daily b\n')
    expect(report.entries.map(({ outcome }) => outcome)).toEqual(['error', 'error', 'environment', 'task'])
    expect(report.entries[1]!.message).toContain('line 1')
  })
})

describe('settings that rarely mean what was meant', () => {
  test.each([
    ['PATH=$PATH:/opt/bin', 'expands no variables'],
    ['HOME=~/x', 'does not expand ~'],
    ['A=b # comment', 'no comment'],
    ['LOGNAME=root', 'cannot be set'],
    ['MAILTO=', 'MAILTO=""'],
    ['a.b=c', 'shell can read'],
  ])('%s', (text, part) => {
    expect(line(text)).toMatchObject({ outcome: 'warning', message: expect.stringContaining(part) })
  })

  test('names that mean something to JavaScript are variables like others', () => {
    const report = read('__proto__=x\nconstructor=y\n@daily env\n')
    expect(JSON.stringify(report.tasks[0]!.env)).toBe('{"__proto__":"x","constructor":"y"}')
  })
})

describe('jobs that a person should look at', () => {
  test('an unescaped % in the middle of a substitution is imported as cron reads it, with a warning', () => {
    expect(line('@daily tar cf $(date +%F).tar x')).toMatchObject({
      outcome: 'warning',
      message: expect.stringContaining('Was \\% meant?'),
      task: { command: "exec <<'CRON_INPUT'\nF).tar x\nCRON_INPUT\ntar cf $(date +" },
    })
  })

  test('a last line without a line end, which cron does not run', () => {
    const report = read('@daily a\n@hourly b')
    expect(report.entries.map(({ outcome }) => outcome)).toEqual(['task', 'warning'])
  })

  test('a user format job that begins with an account', () => {
    expect(line('@daily root run-parts /x')).toMatchObject({ outcome: 'warning' })
  })

  test('all jobs of a file whose format was a guess', () => {
    const report = read('0 5 * * * deploy /srv/run\n', { format: 'auto' })
    expect(report).toMatchObject({ ambiguous: true, format: 'user' })
    expect(report.entries[0]!.outcome).toBe('warning')
  })

  test('a doubled backslash, unless it is said whose rule holds', () => {
    expect(line('@daily a \\\\ b').outcome).toBe('warning')
    expect(line('@daily a \\\\ b', { flavour: 'cronie' })).toMatchObject({
      outcome: 'task',
      task: { command: 'a \\\\ b' },
    })
  })
})

describe('foreign bytes', () => {
  test('a byte-order mark and Windows line ends are left out and noted', () => {
    const report = read('\uFEFF@daily a\r\n\r\n# c\r\n')
    expect(report.entries.map(({ outcome }) => outcome)).toEqual(['task', 'blank', 'comment'])
    expect(report.tasks[0]!.command).toBe('a')
    expect(report.notes).toHaveLength(2)
  })

  test('a NUL byte is an error of its line alone', () => {
    expect(read('@daily a\0b\n@daily c\n').entries.map(({ outcome }) => outcome)).toEqual(['error', 'task'])
  })

  test('a command longer than Linux passes to a shell is refused (execve(2))', () => {
    expect(line(`@daily ${'x'.repeat(140_000)}`)).toMatchObject({ outcome: 'error' })
    expect(line(`@daily ${'x'.repeat(2000)}`)).toMatchObject({ outcome: 'warning' })
  })
})

test('a system crontab’s @reboot and names with odd but real letters are read', () => {
  expect(line('@reboot Debian-exim /bin/x', { format: 'system' }).task).toMatchObject({ run_as: 'Debian-exim' })
  expect(line('@daily j.doe x', { format: 'system' }).task).toMatchObject({ run_as: 'j.doe' })
})

test('a name with a dot in cron.d is noted, because Debian’s cron does not read it (run-parts(8))', () => {
  expect(read('@daily root a\n', { format: 'auto', source: '/etc/cron.d/old.bak' }).notes[0]).toContain('old.bak')
})

describe('what a line says and may not mean', () => {
  test.each([
    ['* */15 * * *', '0 */15 * * *'],
    ['*/45 * * * *', '@every 45m'],
    ['0 0 1-7 * 1', '0 0 * * mon#1'],
    ['0 0 31 * *', '0 0 L * *'],
  ])('of %s is told, in both languages, with %s', (times, suggestion) => {
    const { outcome, notes } = line(`${times} /bin/true`)
    expect(outcome).toBe('task')
    expect(notes?.[0]).toEqual({ en: expect.any(String), zh: expect.stringMatching(/[一-鿿]/), suggestion })
  })

  test('is nothing where it says what it means, or where its own note explains it', () => {
    for (const times of ['0 2 * * *', '@daily', '@reboot', '*/90 * * * *', '# */45 * * * * /bin/true']) {
      expect(line(`${times} /bin/true`)).not.toHaveProperty('notes')
    }
  })

  test('is told of seconds, too', () => {
    expect(line('* */15 * * * * * /bin/true', { flavour: 'supercronic' }).notes?.[0]?.en).toContain('every second')
  })
})

test('a secret of another scheduler is told where it is named, and does not stop the jobs', () => {
  const report = read(`PW=\${secret:db}\n0 2 * * * /bin/a\n0 3 * * * curl -u x:\${secret:tok} y\n`)
  expect(report.entries.map(({ outcome }) => outcome)).toEqual(['warning', 'task', 'warning'])
  expect(report.entries[0]!.message).toMatch(/refers to a secret.*Left out/)
  expect(report.entries[2]!.message).toContain('refers to a secret')
  expect(report.tasks[0]!.env).toEqual({})
})
