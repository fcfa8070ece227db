import type { Reply } from '#domain'
import type { ApplicationSnapshot, EndedRun, NewRequest, NewRun } from '#store'

/**
 * Runs a run that is not kept yet, if that brings it to a good end within this turn and all that it does is answer. Then request and
 * ended run are kept in one commit, after which the answer leaves: the same words for half the commits. Undefined: let it be kept first,
 * and run as any other. Nothing has happened then, since steps only say what is to be done.
 *
 * Given by the room that runs to the room that accepts, which do not know each other.
 */
export type RunAtOnce = (made: {
  readonly run: NewRun
  readonly request: NewRequest
  readonly snapshot: ApplicationSnapshot
}) => { readonly ended: EndedRun; readonly reply: Reply } | undefined
