import { expect, test } from 'vitest'
import { readCrontab } from '../crontab/read-crontab.ts'
import type { ImportedTask } from './imported-task.ts'
import { type EarlierTask, matchJobs } from './match.ts'

function jobs(...lines: string[]): ImportedTask[] {
  return readCrontab(lines.map((line) => `${line}\n`).join(''), {
    format: 'user',
    source: 'jobs',
    defaultTimezone: 'UTC',
  }).tasks
}

function findings(file: ImportedTask[], earlier: EarlierTask[]) {
  const { jobs: found, gone } = matchJobs(file, earlier)
  return {
    found: found.map(({ finding, earlier: task }) => [finding, task?.schedule]),
    gone: gone.map(({ schedule }) => schedule),
  }
}

const cron = (expression: string) => ({ type: 'cron', expression })
const THREE = jobs('0 1 * * * /opt/x', '0 2 * * * /opt/x', '0 3 * * * /opt/x')

test('a line that is taken out is gone, and its brothers with the same command stay what they are', () => {
  expect(findings(jobs('0 2 * * * /opt/x', '0 3 * * * /opt/x'), THREE)).toEqual({
    found: [
      ['unchanged', cron('0 2 * * *')],
      ['unchanged', cron('0 3 * * *')],
    ],
    gone: [cron('0 1 * * *')],
  })
})

test('the order of lines means nothing', () => {
  const { found, gone } = findings(jobs('0 3 * * * /opt/x', '0 1 * * * /opt/x', '0 2 * * * /opt/x'), THREE)
  expect(found.map(([finding]) => finding)).toEqual(['unchanged', 'unchanged', 'unchanged'])
  expect(gone).toEqual([])
})

test('another time of the same command is a change, another command is another job', () => {
  expect(findings(jobs('0 2 * * * /opt/x', '0 3 * * * /opt/x', '0 4 * * * /opt/x'), THREE).found[2]).toEqual([
    'changed',
    cron('0 1 * * *'),
  ])
  expect(findings(jobs('0 1 * * * /opt/y'), THREE)).toMatchObject({ found: [['added', undefined]] })
})

test('two lines that are equal to the letter are two jobs', () => {
  const twice = jobs('0 1 * * * /opt/x', '0 1 * * * /opt/x')
  expect(findings(twice, twice).gone).toEqual([])
  expect(findings(twice, twice.slice(0, 1)).found.map(([finding]) => finding)).toEqual(['unchanged', 'added'])
})

test('a changed setting changes the jobs below it', () => {
  expect(findings(jobs('PATH=/opt', '0 1 * * * /opt/x'), THREE.slice(0, 1)).found).toEqual([
    ['changed', cron('0 1 * * *')],
  ])
})

test('a job with a name of configuration management stays itself under another command', () => {
  const before = jobs('#Ansible: backup', '0 1 * * * /opt/old')
  expect(findings(jobs('#Ansible: backup', '30 1 * * * /opt/new --fast'), before).found).toEqual([
    ['changed', cron('0 1 * * *')],
  ])
})

test('tasks from before there were origins are found by what they do and when', () => {
  const before = THREE.map(({ origin: _, ...task }) => task)
  expect(findings(jobs('0 3 * * * /opt/x', '0 4 * * * /opt/x'), before)).toEqual({
    found: [
      ['unchanged', cron('0 3 * * *')],
      ['changed', cron('0 1 * * *')],
    ],
    gone: [cron('0 2 * * *')],
  })
})
