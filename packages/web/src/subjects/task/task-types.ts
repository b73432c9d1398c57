/** What a task can be, as far as the interface has words and fields for it; the server may know more. */
export const TASK_TYPES = ['shell', 'python', 'script', 'http', 'handler'] as const
