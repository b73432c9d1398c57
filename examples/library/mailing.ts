/**
 * A program that schedules its own work: a report every night, a tidy-up every second, letters as jobs, and parcels that
 * a producer hands out one by one. `node examples/library/mailing.ts [FOLDER]`; with a folder, what is left goes on at
 * the next start. It ends when all of the post is out.
 */
import { createScheduler } from '@rota/engine'

const [folder] = process.argv.slice(2)
const post = new Set(['Ada', 'Grace', 'Edsger', 'books', 'cheese', 'wool'])
const allOut = Promise.withResolvers<void>()

function sent(what: string) {
  console.log(`sent: ${what}`)
  if (post.delete(what) && post.size === 0) allOut.resolve()
}

const scheduler = createScheduler({
  ...(folder === undefined ? {} : { store: { folder } }),
  onError: (error, { name }) => console.log(`${name} failed: ${(error as Error).message}`),
})

// Handlers have names: a letter that waits in the folder finds its function again after a restart.
scheduler.handle('letter', ([to]: [string], { copies = 1 }: { copies?: number }, { attempt }) => {
  if (to === 'Edsger' && attempt === 1) throw new Error('The address cannot be read.')
  console.log(`letter to ${to}, copies: ${copies}, attempt: ${attempt}`)
  sent(to)
})

scheduler.daily('02:00', () => console.log('nightly report'), { name: 'report', timezone: 'Europe/Berlin' })
scheduler.every('1s', () => console.log('tidied up'), { name: 'tidy-up' })

// A source hands out its next job when the one before has started; two of its jobs run at once at most.
const parcels = ['books', 'cheese', 'wool']
scheduler.source({
  name: 'parcels',
  concurrency: 2,
  produce() {
    const parcel = parcels.shift()
    return parcel === undefined ? null : { data: { parcel } }
  },
  consume: ({ parcel }) => sent(parcel),
})

await scheduler.start()
console.log(`the report is due at ${(await scheduler.next('report'))?.toISOString()}`)

await scheduler.submit('letter', { args: ['Ada'], kwargs: { copies: 2 } })
await scheduler.submit('letter', { args: ['Edsger'], retry: { attempts: 2, delay: '1s' } })
await scheduler.at(new Date(Date.now() + 500), 'letter', ['Grace'])

await allOut.promise
await scheduler.stop()
console.log('stopped')
