import type { CompletionOption, Place } from './places.ts'

/** A fish script that completes commands and options with their descriptions, values and names. */
export function fishCompletion(all: readonly Place[]): string {
  const known = all.filter(({ words }) => words !== 'rota').map(({ words }) => quoted(words))
  return `# fish completion for rota; made by \`rota completion fish\`
set -g __rota_places ${known.join(' ')}
${FUNCTIONS}
complete -c rota -e
complete -c rota -f
${all.flatMap(linesOf).join('\n')}
`
}

/** Where the words before the cursor lead, and names from the server that those words mean. */
const FUNCTIONS = `function __rota_at
    set -l place rota
    for word in (commandline -opc)[2..-1]
        contains -- "$place $word" $__rota_places; and set place "$place $word"
    end
    test "$place" = "$argv"
end
function __rota_names
    set -l words (commandline -opc)
    set -l at
    for i in (seq 2 (count $words))
        contains -- $words[$i] --url --data; and set -a at $words[$i] $words[(math $i + 1)]
    end
    for kind in $argv
        command $words[1] completion --names $kind --begin (commandline -ct | string unescape) $at 2>/dev/null
    end
end`

function linesOf(place: Place): string[] {
  const at = `complete -c rota -n ${quoted(`__rota_at ${place.words}`)}`
  const lines = [
    ...place.commands.map(({ name, summary }) => `${at} -a ${name} -d ${quoted(summary)}`),
    ...place.options.map((option) => `${at} ${optionWords(option)}`),
  ]
  if (place.argumentWords.length > 0) lines.push(`${at} -a ${quoted(place.argumentWords.join(' '))}`)
  if (place.argumentNames.length > 0)
    lines.push(`${at} -a ${quoted(`(__rota_names ${place.argumentNames.join(' ')})`)}`)
  if (place.takesPaths) lines.push(`${at} -F`)
  return lines
}

function optionWords({ names, description, value }: CompletionOption): string {
  const spelt = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`)).join(' ')
  return `${spelt} -d ${quoted(description)}${valueWords(value)}`
}

function valueWords(value: CompletionOption['value']): string {
  if (value === null) return ''
  if (value === 'path') return ' -rF'
  if (value === 'any') return ' -x'
  return ` -xa ${quoted('named' in value ? `(__rota_names ${value.named})` : value.join(' '))}`
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
