import { array, assert, constantFrom, property } from 'fast-check'
import { expect, test } from 'vitest'
import { nameTasks } from './task-name.ts'

const nameOf = (base: string, command: string) => nameTasks([{ base, command }])[0]

test('a name is the file and the command that does the work, past guards and wrappers', () => {
  expect(nameOf('crontab', 'cd / && run-parts --report /etc/cron.hourly')).toBe('crontab-run-parts-cron.hourly')
  expect(nameOf('mdadm', 'if [ -x /a/b ] && [ $(date +%d) -le 7 ]; then /a/checkarray --cron --all; fi')).toBe(
    'mdadm-checkarray',
  )
  expect(
    nameOf('x', 'test -e /run || MODE=1 nice -n 10 flock -n /tmp/lock timeout 5m /opt/backup.sh full > /dev/null'),
  ).toBe('x-backup.sh-full')
  expect(nameOf('php', '[ -x /a ] && if [ ! -d /run/systemd/system ]; then /usr/lib/php/sessionclean; fi')).toBe(
    'php-sessionclean',
  )
})

test('the file’s name is not repeated', () => {
  expect(nameOf('logcheck', '/usr/sbin/logcheck')).toBe('logcheck')
})

test('jobs that would have the same name get their options into it, and then a number', () => {
  const names = nameTasks([
    { base: 'u', command: 'backup --full' },
    { base: 'u', command: 'backup --daily' },
    { base: 'u', command: 'echo' },
    { base: 'u', command: 'echo' },
  ])
  expect(names).toEqual(['u-backup-full', 'u-backup-daily', 'u-echo', 'u-echo-2'])
})

test('names do not depend on where the lines stand', () => {
  const sources = [
    { base: 'u', command: 'a --x' },
    { base: 'u', command: 'b' },
    { base: 'u', command: 'a --y' },
  ]
  expect(nameTasks([...sources].reverse())).toEqual(nameTasks(sources).reverse())
})

/** What a name leaves out, said in expressions that are too slow for a long line. */
function slowly(text: string): string {
  const plain = text.replaceAll(/\$\([^)]*\)|`[^`]*`|\$\{[^}]*\}|\$\w+/g, '')
  return plain
    .replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')
    .replaceAll(/-[-.]+|[-.]+-/g, '-')
    .replaceAll(/^[-.]+|[-.]+$/g, '')
}

test('what the shell would put in names nothing, however it is written', () => {
  const piece = constantFrom('$(', ')', '${', '}', '`', '$', 'x', '-', '.', '--', '..', '%')
  void assert(
    property(array(piece, { maxLength: 12 }), (pieces) => {
      const word = pieces.join('')
      const slug = slowly(word)
      expect(nameOf('u', word)).toBe(slug === 'u' || slug.startsWith('u-') ? slug : `u-${slug || 'job'}`)
    }),
    { numRuns: 1_000 },
  )
})

test('every command has a name, also one without a letter or of great length', () => {
  expect(nameOf('', '((:))')).toBe('crontab-job')
  expect(nameOf('u', '备份 数据')).toBe('u-备份-数据')
  expect(nameOf('u', `${'word '.repeat(1e5)}`)!.length).toBeLessThan(60)
})
