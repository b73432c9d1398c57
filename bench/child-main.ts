/** The process that `inChild` starts: calls one export of a module and hands back what it returns. */
import { pathToFileURL } from 'node:url'

// Whoever waited for the result has gone.
process.on('disconnect', () => process.exit(1))

const [file, name, args] = process.argv.slice(2) as [string, string, string]
const module = await import(pathToFileURL(file).href)
const value = await module[name](...JSON.parse(args))
process.send!({ value }, () => process.exit(0))
