import { label } from '@rota/core'
import type { Context } from '../context.ts'
import { exitCode } from '../exit.ts'
import { pad } from '../output/width.ts'

const MARKS = { ok: ['green', '✔'], note: ['yellow', '!'], problem: ['red', '✖'] } as const

interface Options {
  config?: string
}

/** Exit code 9 when something is to be mended. */
export async function doctor(context: Context, _args: string[], options: Options): Promise<number | undefined> {
  const { examine } = await import('@rota/server')
  const { data } = context.flags
  const findings = await examine({ ...options, ...(data === undefined ? {} : { data }) })
  if (context.flags.json) context.json({ findings })
  else {
    for (const { subject, verdict, text } of findings) {
      const [colour, mark] = MARKS[verdict]
      context.out(`${context.paint(colour, mark)} ${pad(label(subject), 14)} ${text}`)
    }
  }
  return findings.some(({ verdict }) => verdict === 'problem') ? exitCode('unsound') : 0
}
