/**
 * A program for the restart test: `node restarting-program.ts FOLDER WITNESS`. It writes a line to WITNESS for each thing
 * it does, and works until it is killed.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { systemClock } from '@rota/core'
import { createScheduler } from '../index.ts'

const [folder, witness] = process.argv.slice(2) as [string, string]
const note = (line: string) => appendFileSync(witness, `${line}\n`)
const isFirstLife = !existsSync(witness)

/** Where the producer went on from: what it handed out is in the store, so it must not hand it out again. */
const produced = isFirstLife ? 0 : readFileSync(witness, 'utf8').match(/^produced/gm)!.length
let next = produced

const scheduler = createScheduler({ store: { folder } })
scheduler.handle('note', ([what]: [string]) => note(what))
scheduler.every('1s', () => note('tick'), { name: 'ticker' })
scheduler.source({
  name: 'numbers',
  produce() {
    if (next === 200) return null
    note(`produced ${next}`)
    return { data: next++ }
  },
  consume: (data) => note(`consumed ${data}`),
})
await scheduler.start()
if (isFirstLife) {
  await scheduler.at(systemClock.now() - 1000, 'note', ['overdue'])
  await scheduler.at(systemClock.now() + 3_600_000, 'note', ['too early'])
  for (let i = 0; i < 20; i++) {
    await scheduler.submit('note', { args: [`job ${i}`], runAt: systemClock.now() + 1500, key: 'one at a time' })
    note(`submitted ${i}`)
  }
}
note('ready')
