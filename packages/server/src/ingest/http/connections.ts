import type { Server, Socket } from 'node:net'

interface ConnectionsOptions {
  readonly server: Server
  readonly isTls: boolean
  /** With each connection that HTTP begins on. */
  readonly begun: () => void
}

/**
 * The connections of one server. Over TLS one is a handshake first, and is only then one that HTTP is spoken on: Node then makes a socket of
 * its own of it, so the two are known by who is at the other end. The HTTP server knows nothing of handshakes.
 */
export class Connections {
  /** Those that HTTP is spoken on. */
  readonly open: ReadonlySet<Socket>
  readonly #open = new Set<Socket>()
  readonly #handshakes = new Map<string, Socket>()
  readonly #begun: () => void
  #accepted = 0
  #onEmpty: (() => void) | undefined

  constructor({ server, isTls, begun }: ConnectionsOptions) {
    this.open = this.#open
    this.#begun = begun
    server.on('connection', (socket: Socket) => {
      this.#accepted++
      if (isTls) this.#shake(socket)
      else this.#begin(socket)
    })
    if (isTls) server.on('secureConnection', (socket: Socket) => this.#begin(socket))
  }

  /** How many have ever come. */
  get accepted(): number {
    return this.#accepted
  }

  get isEmpty(): boolean {
    return this.#open.size === 0 && this.#handshakes.size === 0
  }

  /** Calls when the last one goes. */
  onEmpty(call: () => void): void {
    this.#onEmpty = call
  }

  /** Ends those on which TLS has not begun. */
  endHandshakes(): void {
    for (const socket of this.#handshakes.values()) socket.destroy()
  }

  /** Ends them all, also those that speak no HTTP any more, after CONNECT. */
  destroy(): void {
    this.endHandshakes()
    for (const socket of this.#open) socket.destroy()
  }

  #shake(socket: Socket): void {
    const peer = peerOf(socket)
    this.#handshakes.set(peer, socket)
    socket.once('close', () => {
      if (this.#handshakes.get(peer) === socket) this.#handshakes.delete(peer)
      this.#left()
    })
  }

  #begin(socket: Socket): void {
    this.#open.add(socket)
    this.#handshakes.delete(peerOf(socket))
    this.#begun()
    socket.once('close', () => {
      this.#open.delete(socket)
      this.#left()
    })
  }

  #left(): void {
    if (this.isEmpty) this.#onEmpty?.()
  }
}

function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`
}
