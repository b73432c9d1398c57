interface Asked<Question, Answer> {
  question: Question
  resolve: (answer: Answer) => void
  reject: (error: unknown) => void
}

/** Asks some questions at once; answers how each is answered. */
type AskAll<Question, Answer> = (questions: readonly Question[]) => Promise<(question: Question) => Answer>

const MOST_QUESTIONS = 100

/**
 * Puts questions together that are asked one by one: those of one turn of the loop, and those that come while a statement
 * is under way, go to the server as one. It costs both sides little more than a statement for one of them.
 */
export function askTogether<Question, Answer>(
  askAll: AskAll<Question, Answer>,
): (question: Question) => Promise<Answer> {
  const waiting: Asked<Question, Answer>[] = []
  let isUnderWay = false

  async function ask(asked: readonly Asked<Question, Answer>[]): Promise<void> {
    try {
      const answerTo = await askAll(asked.map(({ question }) => question))
      for (const { question, resolve } of asked) resolve(answerTo(question))
    } catch (error) {
      for (const { reject } of asked) reject(error)
    }
  }

  async function send(): Promise<void> {
    while (waiting.length > 0) await ask(waiting.splice(0, MOST_QUESTIONS))
    isUnderWay = false
  }

  return (question) =>
    new Promise((resolve, reject) => {
      waiting.push({ question, resolve, reject })
      if (isUnderWay) return
      isUnderWay = true
      setImmediate(() => void send())
    })
}
