interface Asked<Question, Answer> {
  question: Question
  resolve: (answer: Answer) => void
  reject: (error: unknown) => void
}

/** Asks some questions at once; answers how each is answered. */
type AskAll<Question, Answer> = (questions: readonly Question[]) => Promise<(question: Question) => Answer>

const MOST_QUESTIONS = 100
/** While so many statements are under way, further questions gather: many share the next one. */
const MOST_UNDER_WAY = 2

/**
 * Puts questions together that are asked one by one: those of one turn of the loop go to the server as one statement. It
 * costs both sides little more than a statement for one of them.
 */
export function askTogether<Question, Answer>(
  askAll: AskAll<Question, Answer>,
): (question: Question) => Promise<Answer> {
  const waiting: Asked<Question, Answer>[] = []
  let underWay = 0
  let isComing = false

  async function ask(asked: readonly Asked<Question, Answer>[]) {
    underWay++
    try {
      const answerTo = await askAll(asked.map(({ question }) => question))
      for (const { question, resolve } of asked) resolve(answerTo(question))
    } catch (error) {
      for (const { reject } of asked) reject(error)
    } finally {
      underWay--
      expect()
    }
  }

  function send() {
    isComing = false
    while (waiting.length > 0 && underWay < MOST_UNDER_WAY) void ask(waiting.splice(0, MOST_QUESTIONS))
  }

  function expect() {
    if (isComing || waiting.length === 0 || underWay >= MOST_UNDER_WAY) return
    isComing = true
    setImmediate(send)
  }

  return (question) =>
    new Promise((resolve, reject) => {
      waiting.push({ question, resolve, reject })
      expect()
    })
}
