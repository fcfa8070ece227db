/** What a message says to its endpoints of what caused it. */
export interface PassedOn {
  /** The place in a chain of flows of a run that one of them would start; 1: the first. */
  readonly chain: number
  /** The trace that it is part of (`traceText`); null: one of its own, or none. */
  readonly trace: string | null
}

/**
 * With each delivery, where a step keeps its request: a message that is part of a chain passes its place on to its endpoints, which may lead
 * back here, and one that is part of a trace that trace. Most are neither, and keep nothing.
 */
export function passingOn<Delivery extends { readonly request: string | null }>(
  deliveries: readonly Delivery[],
  { chain, trace }: PassedOn,
): readonly (Omit<Delivery, 'request'> & { readonly request: string | null })[] {
  if (chain <= 1 && trace === null) return deliveries
  const request = trace === null ? String(chain) : `${chain} ${trace}`
  return deliveries.map((delivery) => ({ ...delivery, request }))
}

/** What a delivery to an endpoint passes on. */
export function passedOn({ request }: { readonly request: string | null }): PassedOn {
  if (request === null) return NOTHING
  const space = request.indexOf(' ')
  return space === -1
    ? { chain: Number(request), trace: null }
    : { chain: Number(request.slice(0, space)), trace: request.slice(space + 1) }
}

const NOTHING: PassedOn = { chain: 1, trace: null }
