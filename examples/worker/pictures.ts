/**
 * A worker: tasks of type `handler` with the handler `resize` run here, wherever this program runs.
 * `ROTA_SERVER=https://rota.example ROTA_JOIN_TOKEN=… node examples/worker/pictures.ts`; the token is for the first start.
 */
import { worker } from '@rota/sdk'

interface Picture {
  name: string
  width: number
}

const pictures = worker({
  url: process.env.ROTA_SERVER ?? 'http://127.0.0.1:7070',
  token: process.env.ROTA_JOIN_TOKEN,
  keyFile: process.env.ROTA_KEY_FILE ?? 'pictures.key',
  name: 'pictures',
  onEvent: (event) => console.log(event.kind),
})

pictures.handle<Picture, { bytes: number }>(
  'resize',
  async ({ name, width }, { signal, log, progress }) => {
    log(`resizing ${name} to ${width}`)
    for (let row = 0; row < 4; row++) {
      // Work that is cancelled, or takes too long, ends here.
      signal.throwIfAborted()
      progress((row + 1) * 25, `${row + 1} of 4 parts`)
    }
    return { bytes: width * width }
  },
  { concurrency: 2 },
)

for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => void pictures.stop())
await pictures.start()
