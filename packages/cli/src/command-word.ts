import { GLOBAL_OPTIONS } from './tree/root.ts'

/** Options before the command whose next word is their value. */
const VALUED: ReadonlySet<string> = new Set(
  GLOBAL_OPTIONS.filter(({ flags }) => flags.includes('<')).map(({ flags }) => flags.split(' ')[0]!),
)

/** The first word of the command, `task` of `--data ./x task list`; undefined where there is none. */
export function commandWord(args: readonly string[]): string | undefined {
  return args.find((each, at) => !each.startsWith('-') && !VALUED.has(args[at - 1] ?? ''))
}
