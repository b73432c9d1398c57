/** The channel by which the server says what has changed. */
export const LIVE_URL = '/api/scheduler/events'
export const LIVE_EVENTS = ['ready', 'gap', 'changes'] as const
