/** Programs that leave what they start behind them. */
const LEAVERS = new Set(['nohup', 'setsid', 'daemonize', 'daemon', 'disown'])
/** Programs that do so when they are told to, and the options that tell them. */
const WITH_OPTION: ReadonlyMap<string, (word: string) => boolean> = new Map([
  ['screen', isDetaching],
  ['tmux', (word: string) => isDetaching(word) || word === 'new' || word === 'new-session'],
  ['start-stop-daemon', (word: string) => word === '-b' || word === '--background'],
  ['systemd-run', isAnything],
  ['at', isAnything],
  ['batch', isAnything],
])
/** A command that starts something in the background does so near its beginning or its end. */
const LONGEST_READ = 4_000

/**
 * Whether a command leaves something running when it ends, as far as its words tell: a `&` that ends a command, `nohup`,
 * `setsid`, `screen -d`, `tmux new -d` and the like.
 */
export function leavesSomethingBehind(command: string): boolean {
  const text = withoutQuoted(command.slice(0, LONGEST_READ))
  if (hasBackground(text)) return true
  const words = text.split(/[\s;|&()]+/)
  return words.some((word, index) => {
    const name = word.slice(word.lastIndexOf('/') + 1)
    if (LEAVERS.has(name)) return true
    const option = WITH_OPTION.get(name)
    return option !== undefined && words.slice(index + 1, index + 5).some((next) => option(next))
  })
}

/** A `&` that is neither part of `&&` nor of a redirection: `>&`, `&>`, `<&`, `|&`. */
function hasBackground(text: string): boolean {
  for (let at = text.indexOf('&'); at !== -1; at = text.indexOf('&', at + 1)) {
    const before = text[at - 1] ?? ''
    const behind = text[at + 1] ?? ''
    if (behind === '&') at++
    else if (!'<>|'.includes(before || ' ') && behind !== '>') return true
  }
  return false
}

/** The text without what stands in quotes, and without comments. */
function withoutQuoted(text: string): string {
  let kept = ''
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!
    if (char === '\\') at++
    else if (char === '#' && (at === 0 || /\s/.test(text[at - 1]!))) break
    else if (char !== "'" && char !== '"') kept += char
    else {
      const end = text.indexOf(char, at + 1)
      if (end === -1) break
      at = end
      kept += 'Q'
    }
  }
  return kept
}

/** `-d`, also among other letters: `-dmS`. */
function isDetaching(word: string): boolean {
  return /^-[A-Za-z]+$/.test(word) && word.includes('d')
}

function isAnything(word: string): boolean {
  return word !== ''
}
