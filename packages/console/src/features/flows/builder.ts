import type { FlowTestOut, ListenerOut } from '@posthorn/sdk'
import type { Gap } from './model/definition.ts'
import type { Flow } from './queries.ts'
import type { Draft } from './use-draft.ts'

/** What the views and panels of the flow builder share. */
export interface Builder {
  readonly app: string
  readonly flow: Flow
  readonly draft: Draft
  /** The step in the panel. */
  readonly selected: string | undefined
  select(id: string | undefined): void
  /** Opens what the flow starts with. */
  openTrigger(): void
  /** Opens the palette for a gap. */
  add(gap: Gap): void
  /** The gap that the palette fills. */
  readonly adding: Gap | undefined
  /** What the server says of the draft as it was saved last. */
  readonly faults: readonly { readonly pointer: string; readonly message: string; readonly code: string }[]
  /** What came of the last try. */
  readonly result: FlowTestOut | undefined
  /** What each step came to: in that try, else in the last run of what is published. */
  readonly records: FlowTestOut['steps']
  /** Whose requests start it. */
  readonly listener: ListenerOut | undefined
  /** The body that the listener expects. */
  readonly sample: unknown
}
