import { describe, expect, test } from 'vitest'
import type { CronFlavour } from './flavour.ts'
import { readCrontab } from './read-crontab.ts'
import type { CrontabLine } from './report.ts'

function read(text: string, flavour?: CronFlavour, source = 'jobs') {
  return readCrontab(text, { format: 'auto', source, defaultTimezone: 'UTC', ...(flavour && { flavour }) })
}
const line = (text: string, flavour?: CronFlavour): CrontabLine => read(`${text}\n`, flavour).entries[0]!
const expressionOf = (entry: CrontabLine) => (entry.task?.schedule as { expression: string } | undefined)?.expression

describe('what crons read differently', () => {
  test('a range that ends at Sunday runs under cronie, and is a mistake elsewhere, with what to write', () => {
    expect(line('0 6 * * sat-sun x', 'cronie').outcome).toBe('task')
    expect(line('0 6 * * sat-sun x', 'debian')).toMatchObject({ outcome: 'error', suggestion: '0 6 * * sat-7' })
    expect(line('0 6 * * sat-sun x').message).toContain('cronie reads since 2025')
  })

  test('a percent sign is input for Vixie’s kin and a percent sign for BusyBox and supercronic', () => {
    expect(line('0 1 * * * date +%F', 'busybox').task?.command).toBe('date +%F')
    expect(line('0 1 * * * date +%F', 'supercronic').task?.command).toBe('date +%F')
    expect(line('0 1 * * * cat%hello', 'freebsd').task?.command).toContain('hello')
    expect(line('0 1 * * * cat%hello').message).toContain('BusyBox')
  })

  test('a random value runs under cronie and OpenBSD only', () => {
    expect(line('0~9 1 * * * x', 'openbsd').outcome).toBe('task')
    expect(line('0~9 1 * * * x', 'debian').outcome).toBe('error')
  })

  test('a step over all days means days where only a bare * leaves the choice to the other field', () => {
    expect(expressionOf(line('0 0 */2 * 1 x', 'debian'))).toBe('0 0 */2 * 1')
    expect(expressionOf(line('0 0 */2 * 1 x', 'supercronic'))).toBe('0 0 1-31/2 * 1')
    expect(line('0 0 */2 * 1 x').message).toContain('must both match')
  })

  test('supercronic has lines with seconds and a year', () => {
    expect(expressionOf(line('*/2 * * * * * * ls', 'supercronic'))).toBe('*/2 * * * * *')
    expect(expressionOf(line('0 5 * * * * ls', 'supercronic'))).toBe('0 5 * * *')
    expect(line('0 5 * * * 2030 ls', 'supercronic')).toMatchObject({ outcome: 'error' })
    expect(line('0 */5 * * * * echo six')).toMatchObject({ outcome: 'error', suggestion: '*/5 * * * *' })
  })

  test('options before the command are cron’s own', () => {
    expect(line('* * * * * -n /bin/echo quiet').task?.command).toBe('/bin/echo quiet')
    expect(line('*/5 * * * * -q -n /opt/q.sh --x', 'freebsd').task?.command).toBe('/opt/q.sh --x')
    expect(line('* * * * * -s /opt/x', 'openbsd').task?.concurrency).toEqual({ overlap: 'skip' })
    expect(line('* * * * * -n /opt/x', 'debian').outcome).toBe('warning')
  })

  test('a last line without an end runs where no end is needed', () => {
    expect(read('0 1 * * * x', 'busybox').entries[0]!.outcome).toBe('task')
    expect(read('0 1 * * * x', 'debian').entries[0]!.outcome).toBe('warning')
  })
})

describe('whose crontab it is', () => {
  test.each([
    ['/etc/crontabs/root', '0 1 * * * x\n', 'busybox'],
    ['/var/spool/cron/crontabs/ann', '0 1 * * * x\n', 'debian'],
    ['/var/spool/cron/ann', '0 1 * * * x\n', 'cronie'],
    ['jobs', 'RANDOM_DELAY=5\n0 1 * * * x\n', 'cronie'],
    ['jobs', '*/2 * * * * * * ls\n', 'supercronic'],
    ['jobs', '@every_minute x\n', 'freebsd'],
    ['jobs', '0 1 * * 5-0 x\n', 'cronie'],
    ['jobs', '0 1 * * * x\n', null],
  ])('%s with %j is taken for %s', (source, text, flavour) => {
    expect(read(text, undefined, source).flavour).toBe(flavour)
  })
})

describe('what a file says besides', () => {
  test('a line that ends in a backslash is warned of, and the next said to be its rest', () => {
    const { entries } = read('*/5 * * * * /opt/long.sh \\\n   --with more\n')
    expect(entries[0]).toMatchObject({ outcome: 'warning' })
    expect(entries[1]).toMatchObject({ outcome: 'error', message: expect.stringContaining('rest of line 1') })
  })

  test('names of Ansible, Puppet and Salt are kept', () => {
    const { tasks } = read(
      '#Ansible: nightly backup\n0 1 * * * /opt/a\n# Puppet Name: logrotate\n0 2 * * * /opt/b\n# SALT_CRON_IDENTIFIER:sync\n0 3 * * * /opt/c\n',
    )
    expect(tasks.map(({ name }) => name)).toEqual(['nightly backup', 'logrotate', 'sync'])
    expect(tasks[0]!.description).not.toContain('Ansible')
  })

  test('headings and Whenever’s applications become tags', () => {
    const { tasks } = read(
      '### Backups ###\n\n0 1 * * * /opt/a\n0 2 * * * /opt/b\n# --- Mail ---\n0 3 * * * /opt/c\n# Begin Whenever generated tasks for: /srv/shop/config/schedule.rb at: 2026-01-01 10:00:00 +0000\n0 4 * * * /opt/d\n# End Whenever generated tasks for: /srv/shop/config/schedule.rb at: 2026-01-01\n0 5 * * * /opt/e\n',
    )
    const sections = tasks.map(({ tags }) => tags.filter((tag) => tag !== 'jobs' && !tag.startsWith('imported')))
    expect(sections).toEqual([['Backups'], ['Backups'], ['Mail'], ['/srv/shop/config/schedule.rb'], []])
  })

  test('jobs of leftovers in cron.d are imported disabled, and it is said', () => {
    for (const name of ['app~', 'app.bak', 'app.dpkg-old', 'app.rpmsave', '#app#']) {
      const report = read('0 1 * * * root /opt/x\n', undefined, `/etc/cron.d/${name}`)
      expect([name, report.tasks[0]!.enabled, report.notes.join()]).toEqual([
        name,
        false,
        expect.stringContaining(name),
      ])
    }
    expect(read('0 1 * * * root /opt/x\n', undefined, '/etc/cron.d/app').tasks[0]!.enabled).toBe(true)
    expect(read('0 1 * * * root /opt/x\n', 'cronie', '/etc/cron.d/app.local').tasks[0]!.enabled).toBe(true)
  })

  test('an anacrontab is recognised by its lines', () => {
    expect(read('1\t5\tcron.daily\tnice run-parts /etc/cron.daily\n')).toMatchObject({ isCrontab: false })
    expect(read('START_HOURS_RANGE=3-22\n@monthly 45 cron.monthly run-parts /x\n').reason).toContain('anacron')
    expect(read('1 5 1 jan * nice x\n').isCrontab).toBe(true)
  })

  test('@reboot runs once per boot of the machine, not at each start of the server', () => {
    const { task } = line('@reboot /opt/x')
    expect(task).toMatchObject({ run_at_boot: true, schedule: { type: 'none' } })
    expect(task).not.toHaveProperty('run_at_start')
  })

  test('a command that leaves something behind may, and it is said', () => {
    expect(line('0 1 * * * /opt/x &')).toMatchObject({ outcome: 'task', task: { detach: true } })
    expect(line('0 1 * * * /opt/x &').message).toContain('detach')
    expect(line('0 1 * * * /opt/x').task).not.toHaveProperty('detach')
  })
})
