/** An engine in a process of its own, to be killed: `node engine-process.ts URL SCHEMA`. Says `running` when it is. */
import { quickEngine } from './quick-engine.ts'

const [url, schema] = process.argv.slice(2)
const { engine } = await quickEngine(url!, schema!)
await engine.start()
process.stdout.write('running\n')
