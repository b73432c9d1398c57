import { bashCompletion } from '../completion/bash.ts'
import { zshCompletion } from '../completion/zsh.ts'
import type { Context } from '../context.ts'
import { usage } from '../exit.ts'

export async function completion(context: Context, [shell]: string[]): Promise<number | undefined> {
  if (shell !== 'bash' && shell !== 'zsh') throw usage(`There is completion for bash and zsh, not for ${shell}.`)
  context.out((shell === 'bash' ? bashCompletion() : zshCompletion()).trimEnd())
  return undefined
}
