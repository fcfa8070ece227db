import type { SessionId } from '#domain'
import type { PeerBeat } from '#store'

/** A peer is dead when its beat stood still this long on our monotonic clock, while our own beats succeeded. */
const DEAD_MS = 5000
/** After a gap this long in our own good beats nothing is known of the others: watching begins anew. */
const GAP_MS = 2500

/** Who died, by the beats of all. */
export class PeerWatch {
  /** Each peer's beat, and since when it has been that one. */
  readonly #seen = new Map<SessionId, { readonly beat: number; readonly since: number }>()
  #lookedAt = -Infinity

  /** Those whose beat stood still for `DEAD_MS` while ours succeeded. Called with each good beat of ours. */
  look(peers: readonly PeerBeat[], monotonic: number): PeerBeat[] {
    if (monotonic - this.#lookedAt > GAP_MS) this.#seen.clear()
    this.#lookedAt = monotonic
    const present = new Set(peers.map((peer) => peer.id))
    for (const id of this.#seen.keys()) if (!present.has(id)) this.#seen.delete(id)
    const dead: PeerBeat[] = []
    for (const peer of peers) {
      const seen = this.#seen.get(peer.id)
      if (seen === undefined || seen.beat !== peer.beat) this.#seen.set(peer.id, { beat: peer.beat, since: monotonic })
      else if (monotonic - seen.since >= DEAD_MS) dead.push(peer)
    }
    return dead
  }

  /** A new life knows nothing of the others. */
  forget(): void {
    this.#seen.clear()
  }
}
