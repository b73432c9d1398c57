import { expect, test } from 'vitest'
import { chooseFormat, spoolOwner } from './format.ts'

const JOB = '0 5 * * * root run'

test('/etc/crontab and the files of cron.d are in the system format (cron(8))', () => {
  expect(chooseFormat('/etc/crontab', [])).toMatchObject({ format: 'system', ambiguous: false })
  expect(chooseFormat('backup/etc/cron.d/php', [])).toMatchObject({ format: 'system' })
})

test('files of the spool are in the user format and named after their user (crontab(1))', () => {
  expect(chooseFormat('/var/spool/cron/crontabs/ada', [JOB])).toMatchObject({ format: 'user' })
  expect(spoolOwner('/var/spool/cron/crontabs/ada')).toBe('ada')
  expect(spoolOwner('/var/spool/cron/ada')).toBe('ada')
  expect(spoolOwner('/var/spool/cron/tabs/ada')).toBe('ada')
  expect(spoolOwner('/home/ada/crontab')).toBeNull()
})

test('elsewhere a well-known account behind the time means the system format', () => {
  expect(chooseFormat('x', ['0 5 * * * www-data php cron.php', '@daily deploy /srv/run'])).toMatchObject({
    format: 'system',
    ambiguous: false,
  })
})

test('one line whose sixth word can only be a command means the user format', () => {
  expect(chooseFormat('x', ['0 5 * * * root x', '0 6 * * * /usr/bin/true x'])).toMatchObject({ format: 'user' })
  expect(chooseFormat('x', ['0 5 * * * tar -czf b.tgz .'])).toMatchObject({ format: 'user', ambiguous: false })
  expect(chooseFormat('x', ['@hourly sync'])).toMatchObject({ format: 'user', ambiguous: false })
})

test('words that could be either are taken as commands, and the report says so', () => {
  const choice = chooseFormat('x', ['0 5 * * * deploy /srv/run'])
  expect(choice).toMatchObject({ format: 'user', ambiguous: true })
  expect(choice.reason).toContain('"deploy"')
})
