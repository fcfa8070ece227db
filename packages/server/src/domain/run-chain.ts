/**
 * What the calls of steps say of the runs behind them: flows may start each other by calling their own listeners, or this API, and such
 * chains end as those do that go by events. Whoever makes one up shortens nothing but what it starts.
 */
export const CHAIN_HEADER = 'posthorn-chain'

/** The place in a chain that a run would have which this call starts; 1, the first, where nothing is said that can be read. */
export function chainIn(header: string | undefined): number {
  return header !== undefined && /^[1-9]\d{0,5}$/.test(header) ? Number(header) : 1
}
