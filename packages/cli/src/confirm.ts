import { harmless, label, say } from '@rota/core'
import type { Context } from './context.ts'
import { CliError, usage } from './exit.ts'

/** Asks a yes-or-no question on the terminal. Throws CliError unless the answer is yes; without a terminal asks for --yes. */
export async function confirm(context: Context, question: string): Promise<void> {
  if (!context.inIsTty || !context.errIsTty) throw usage(say`${question} Say --yes, since nobody can be asked here.`)
  const { createInterface } = await import('node:readline/promises')
  const prompt = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = await prompt.question(`${harmless(question)} [y/N] `, { signal: context.signal })
    if (!/^(y|yes|是)$/i.test(answer.trim())) throw new CliError('error', say`Nothing was changed.`)
  } finally {
    prompt.close()
  }
}

/** Reads a line from the terminal without showing it. Throws usage without a terminal. */
export async function askSecret(context: Context, question: string): Promise<string> {
  const { stdin, stderr } = process
  if (!context.inIsTty || !context.errIsTty) throw usage(say`${question} cannot be asked here; give it on stdin.`)
  const stop = () => stdin.destroy()
  context.signal.addEventListener('abort', stop)
  // Before the question, so that nobody can answer it while what is typed still shows.
  stdin.setRawMode(true)
  stdin.setEncoding('utf8')
  stderr.write(`${harmless(question)}${label(': ')}`)
  let typed = ''
  try {
    for await (const chunk of stdin.iterator({ destroyOnReturn: false })) {
      for (const character of chunk as string) {
        if (character === '\r' || character === '\n') return typed
        if (character === '\u0003' || character === '\u0004')
          throw new CliError('interrupted', say`Nothing was changed.`)
        if (character === '\u007f' || character === '\b') typed = [...typed].slice(0, -1).join('')
        else if (character >= ' ') typed += character
      }
    }
    context.signal.throwIfAborted()
    return typed
  } finally {
    context.signal.removeEventListener('abort', stop)
    if (!stdin.destroyed) stdin.setRawMode(false)
    stdin.pause()
    stderr.write('\n')
  }
}

/** Reads a new secret twice. Throws usage when the two differ. */
export async function askTwice(context: Context, question: string): Promise<string> {
  const chosen = await askSecret(context, question)
  if ((await askSecret(context, say`Once more`)) !== chosen) throw usage(say`The two are not the same.`)
  return chosen
}
