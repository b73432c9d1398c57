import { say } from '@rota/core'
import { bashCompletion } from '../completion/bash.ts'
import { fishCompletion } from '../completion/fish.ts'
import { type NameKind, places, SHELLS } from '../completion/places.ts'
import { zshCompletion } from '../completion/zsh.ts'
import { usage } from '../exit.ts'
import type { CommandSpec, Handler, OptionSpec } from '../spec.ts'

interface Options {
  names?: NameKind
  begin?: string
}

const SCRIPTS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const

/** The handler of `rota completion` for a command tree. */
export function completion(root: CommandSpec, globalOptions: readonly OptionSpec[]): Handler {
  return async (context, [shell], { names, begin = '' }: Options) => {
    if (names !== undefined) {
      const { namesFromServer } = await import('../completion/names.ts')
      for (const name of await namesFromServer(context, names, begin)) context.out(name)
      return undefined
    }
    const known = SHELLS.find((each) => each === shell)
    if (known === undefined) throw usage(say`There is completion for bash, zsh and fish, not for ${shell ?? ''}.`)
    context.out(SCRIPTS[known](places(root, globalOptions)).trimEnd())
    return undefined
  }
}
