/** What a worker says to its supervisor. */
export type WorkerWord =
  /** It serves. */
  { readonly kind: 'ready'; readonly welcome: string } | FiguresWord

/** What the supervisor says to a worker. */
export type SupervisorWord =
  /** To stop in order. */
  { readonly kind: 'stop' } | FiguresWord

/** Whoever is asked for metrics asks the supervisor, who asks all workers. */
type FiguresWord =
  | { readonly kind: 'figures_wanted'; readonly id: number }
  | { readonly kind: 'figures'; readonly id: number; readonly text: string }
