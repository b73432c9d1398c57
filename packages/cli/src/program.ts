import { label, say, speak } from '@rota/core'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { commandWord } from './command-word.ts'
import { type Context, createContext, type GlobalFlags, languageFor } from './context.ts'
import { exitCode, usage } from './exit.ts'
import { createPaint } from './output/paint.ts'
import { textWidth } from './output/width.ts'
import { wrap } from './output/wrap.ts'
import { safeTerminal } from './safe-terminal.ts'
import type { CommandSpec, OptionSpec } from './spec.ts'
import type { Terminal } from './terminal.ts'
import { GLOBAL_OPTIONS, ROOT } from './tree/root.ts'
import { mistakeOf } from './usage-words.ts'
import { VERSION } from './version.ts'

/** Loads the client only for commands that speak to a server. */
const connect = async (context: Context) => (await import('./session/connect.ts')).connect(context)

/** Runs one command line and answers the exit code. Never throws. */
export async function runCli(args: readonly string[], given: Terminal): Promise<number> {
  const terminal = safeTerminal(given)
  speak(languageFor(langFlag(args), terminal.env))
  try {
    return await run(args, terminal)
  } finally {
    speak('en')
  }
}

/** `--lang` wherever it stands: also mistakes in the command line are told in that language. */
function langFlag(args: readonly string[]): string | undefined {
  const at = args.findLastIndex((each) => each === '--lang' || each.startsWith('--lang='))
  return at < 0 ? undefined : args[at] === '--lang' ? args[at + 1] : args[at]!.slice('--lang='.length)
}

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  let result = 0
  const program = buildProgram(terminal, (code) => {
    result = code
  })
  try {
    await program.parseAsync([...args], { from: 'user' })
    return result
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usageExit(args)
    const { reportError } = await import('./report-error.ts')
    return reportError(error, createContext(terminal, program.opts<GlobalFlags>(), connect))
  }
}

/** Server and agent have codes of their own, after sysexits(3): whoever supervises them tells by them what no restart mends. */
const SERVICE_USAGE = 64

function usageExit(args: readonly string[]): number {
  return ['server', 'agent'].includes(commandWord(args) ?? '') ? SERVICE_USAGE : exitCode('usage')
}

/** The command tree as commander knows it. */
function buildProgram(terminal: Terminal, onResult: (code: number) => void): Command {
  const program = new Command('rota')
  configure(program, ROOT, terminal)
  for (const option of GLOBAL_OPTIONS) program.addOption(toOption(option))
  program.version(`rota ${VERSION}`, '-V, --version', label('print the version'))
  addCommands(program, ROOT.commands ?? [], terminal, onResult)
  addHelp(program, terminal)
  return program
}

/** `rota help task create` shows what `rota task create --help` shows. */
function addHelp(program: Command, terminal: Terminal): void {
  const help = program.command('help')
  configure(help, { name: 'help', summary: 'show help for a command' }, terminal)
  help.argument('[command...]', label('its words')).action((words: string[]) => {
    let command = program
    for (const word of words) {
      const next = command.commands.find((each) => each.name() === word)
      if (!next)
        throw usage(say`There is no command ${JSON.stringify(words.join(' '))}.`, [say`\`rota --help\` lists them.`])
      command = next
    }
    command.outputHelp()
  })
}

function addCommands(
  parent: Command,
  specs: readonly CommandSpec[],
  terminal: Terminal,
  onResult: (code: number) => void,
): void {
  for (const spec of specs) {
    const command = parent.command(spec.name)
    configure(command, spec, terminal)
    for (const [name, description] of spec.args ?? []) command.argument(name, label(description))
    for (const option of spec.options ?? []) command.addOption(toOption(option))
    if (spec.commands) addCommands(command, spec.commands, terminal, onResult)
    if (spec.load) command.action(actionOf(spec.load, terminal, onResult))
  }
}

function actionOf(load: NonNullable<CommandSpec['load']>, terminal: Terminal, onResult: (code: number) => void) {
  return async (...given: unknown[]): Promise<void> => {
    const command = given.at(-1) as Command
    const context = createContext(terminal, command.optsWithGlobals<GlobalFlags>(), connect)
    const handler = await load()
    onResult((await handler(context, command.args, command.opts() as never)) ?? 0)
  }
}

function configure(command: Command, spec: CommandSpec, terminal: Terminal): void {
  const paint = createPaint(terminal.outIsTty && !terminal.env.NO_COLOR && !terminal.env.FORCE_COLOR?.startsWith('0'))
  command
    .summary(label(spec.summary))
    .description([sentence(label(spec.summary)), label(spec.description ?? '')].filter(Boolean).join('\n\n'))
    .helpCommand(false)
    .exitOverride()
    .showSuggestionAfterError(false)
    .showHelpAfterError(say`See rota ${`${pathOf(command)}--help`}.`)
    .configureHelp({
      showGlobalOptions: true,
      helpWidth: Math.min(terminal.width ?? 100, 110),
      styleTitle: (text) => paint('bold', label(text)),
      styleOptionText: (text) => (text === '[options]' ? label(text) : text),
      styleSubcommandText: (text) => (text === '[command]' ? label(text) : text),
      optionDescription,
      displayWidth: textWidth,
      // `wrap` knows by itself what is too narrow.
      minWidthToWrap: 0,
      boxWrap: (text, width) =>
        text
          .split('\n')
          .map((line) => wrap(line, 0, width))
          .join('\n'),
    })
    .helpOption('-h, --help', label('show help for a command'))
    .configureOutput({
      writeOut: (text) => terminal.out(text.replace(/\n$/, '')),
      writeErr: (text) => terminal.err(text.replace(/\n$/, '')),
      outputError: (text, write) => write(`rota: ${mistakeOf(text.replace(/^error: /, ''), command)}`),
    })
  if (spec.examples) command.addHelpText('after', () => `\n${paint('bold', label('Examples:'))}\n${examplesText(spec)}`)
}

function sentence(summary: string): string {
  if (/[\u4e00-\u9fff]/.test(summary)) return `${summary.replace(/。$/, '')}。`
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1).replace(/\.$/, '')}.`
}

/** What an option is for, with the values that it takes. */
function optionDescription({ description, argChoices }: Option): string {
  return argChoices ? say`${description} (choices: ${argChoices.join(', ')})` : description
}

function pathOf(command: Command): string {
  const names: string[] = []
  for (let each: Command | null = command; each?.parent; each = each.parent) names.unshift(each.name())
  return names.map((name) => `${name} `).join('')
}

function examplesText(spec: CommandSpec): string {
  return (spec.examples ?? []).map(([line, meaning]) => `  ${line}\n      ${label(meaning)}`).join('\n')
}

function toOption(spec: OptionSpec): Option {
  const option = new Option(spec.flags, label(spec.description))
  if (spec.choices) option.choices([...spec.choices])
  if (spec.hidden) option.hideHelp()
  if (spec.section !== undefined) option.helpGroup(spec.section)
  if (spec.many) {
    const check = spec.choices ? new Set(spec.choices) : null
    option.argParser((value: string, earlier: string[] | undefined) => {
      if (check && !check.has(value)) throw new InvalidArgumentError(`Allowed choices are ${[...check].join(', ')}.`)
      return [...(earlier ?? []), value]
    })
  }
  return option
}
