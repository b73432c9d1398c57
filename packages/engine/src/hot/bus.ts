/** Messages from one instance to all others, by topic: at most once, in order for each sender. */
export interface Bus {
  /** Never waits and never throws. */
  publish(topic: string, text: string): void
  /** Calls the listener for messages of other instances. `onReady` is called each time that the topic is heard (anew). */
  subscribe(topic: string, listener: (text: string) => void, onReady?: () => void): () => void
}
