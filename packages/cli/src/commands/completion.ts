import { say } from '@rota/core'
import { bashCompletion } from '../completion/bash.ts'
import { places } from '../completion/places.ts'
import { zshCompletion } from '../completion/zsh.ts'
import { usage } from '../exit.ts'
import type { CommandSpec, Handler, OptionSpec } from '../spec.ts'

/** The handler of `rota completion` for a command tree. */
export function completion(root: CommandSpec, globalOptions: readonly OptionSpec[]): Handler {
  return async (context, [shell]) => {
    if (shell !== 'bash' && shell !== 'zsh')
      throw usage(say`There is completion for bash and zsh, not for ${shell ?? ''}.`)
    const all = places(root, globalOptions)
    context.out((shell === 'bash' ? bashCompletion(all) : zshCompletion(all)).trimEnd())
    return undefined
  }
}
