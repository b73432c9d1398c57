/**
 * Words that stand at the head of published lists of leaked passwords, or in the samples that products ship with. Kept
 * short: what people put around such a word (digits, marks, the word again, 4 for a) is taken away before it is looked up.
 */
const WORDS = new Set(
  `password passwort passphrase motdepasse contrasena contraseña senha parola salasana wachtwoord haslo mima
  admin administrator administrateur root toor superuser superadmin sysadmin sysop operator operations manager master
  user username guest test tester testing demo sample example default temp temporary changeme changemeplease changeit
  changethis pleasechange pleasechangeme replaceme secret topsecret mysecret supersecret secretpassword mypassword
  thepassword newpassword oldpassword firstpassword rootpassword adminpassword userpassword testpassword
  defaultpassword strongpassword securepassword goodpassword yourpassword passwordadmin adminadmin rootroot testtest
  letmein letmeinplease letmeinnow openup opensesame welcome welcomehome welcomeback hello helloworld hellothere
  iloveyou iloveu loveyou ilovegod love lovely princess sunshine monkey dragon football baseball basketball soccer
  superman batman spiderman starwars pokemon michael jordan jennifer jessica ashley daniel charlie andrew thomas
  michelle nicole hannah joshua matthew hunter shadow killer trustno trustnobody whatever freedom internet computer
  samsung google facebook microsoft windows linux ubuntu debian docker kubernetes postgres postgresql mysql mariadb
  oracle redis mongodb database server service system network security cisco login logon signin access master
  masterkey pass passpass passcode pin pincode qwerty qwertz azerty asdf asdfgh zxcvbn qazwsx qazwsxedc
  abc abcd abcdef abcdefg token apikey defaulttoken default_token rota rotarota rotaadmin rotapassword rotascheduler
  scheduler cron crontab summer winter spring autumn january february monday friday company enterprise
  correcthorsebatterystaple correct horse battery staple woaini zhongguo beijing nihao`.split(/\s+/),
)

/** Rows of keys and the alphabet; forwards, backwards and again from the start. */
const RUNS = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'qwertzuiop',
  'azertyuiop',
]
const RUN_TEXT = RUNS.flatMap((run) => [run.repeat(3), [...run].toReversed().join('').repeat(3)])
/** Of a longer password that is nothing but such runs, each counts as one symbol. */
const SHORTEST_RUN = 4

const SOUND_ALIKE: Record<string, string> = {
  '@': 'a',
  '4': 'a',
  '3': 'e',
  '1': 'i',
  '!': 'i',
  '0': 'o',
  $: 's',
  '5': 's',
  '7': 't',
}

/** Whether a password is one that anybody would try among the first. Bounded work for a bounded text. */
export function isCommonPassword(password: string): boolean {
  const text = password.toLowerCase()
  return isOfRuns(text) || [text, spelt(text)].some((form) => isWord(form) || isWord(withoutEnds(form)))
}

function isWord(text: string): boolean {
  const letters = text.replaceAll(/[^\p{L}\p{N}]/gu, '')
  if (WORDS.has(text) || WORDS.has(letters)) return true
  const half = unitOf(letters)
  return half !== letters && (WORDS.has(half) || half.length < 4)
}

/** What a text repeats, or the text itself. */
function unitOf(text: string): string {
  for (let length = 1; length <= text.length / 2; length++) {
    if (text.length % length === 0 && text.slice(0, length).repeat(text.length / length) === text)
      return text.slice(0, length)
  }
  return text
}

/** Without the digits and marks that people put before and after a word. */
function withoutEnds(text: string): string {
  const isLetter = (character: string) => /\p{L}/u.test(character)
  const characters = [...text]
  const first = characters.findIndex(isLetter)
  return characters.slice(Math.max(0, first), characters.findLastIndex(isLetter) + 1).join('')
}

function spelt(text: string): string {
  return [...withoutTail(text)].map((character) => SOUND_ALIKE[character] ?? character).join('')
}

/** Digits and marks at the end stand for themselves. */
function withoutTail(text: string): string {
  let end = text.length
  while (end > 0 && '0123456789!?.#*_-'.includes(text[end - 1]!)) end--
  return end === 0 ? text : text.slice(0, end)
}

/** Nothing but pieces of the alphabet, of digits in order, or of a row of keys: `qwertyuiop12345`. */
function isOfRuns(text: string): boolean {
  for (let at = 0; at < text.length; ) {
    const length = Math.max(...RUN_TEXT.map((run) => sharedLength(run, text, at)))
    if (length < SHORTEST_RUN && at + length < text.length) return false
    at += Math.max(1, length)
  }
  return text.length > 0
}

/** How much of `text` from `at` on stands in `run` without a break. */
function sharedLength(run: string, text: string, at: number): number {
  const start = run.indexOf(text[at]!)
  if (start === -1) return 0
  let length = 1
  while (start + length < run.length && run[start + length] === text[at + length]) length++
  return length
}
