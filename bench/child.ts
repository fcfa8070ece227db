import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'

/** A process of the bench that answers orders: load, receiver, limit. */
export interface Child<Order, Answer> {
  readonly pid: number
  ask(order: Order): Promise<Answer>
  stop(): Promise<void>
}

interface Envelope<Content> {
  readonly id: number
  readonly content: Content
}

/** Starts one of our own files. It may be asked several things at a time; answers find their question by number. */
export function startChild<Order, Answer>(file: string, args: readonly string[] = []): Child<Order, Answer> {
  const child: ChildProcess = fork(new URL(file, import.meta.url), args, { serialization: 'advanced' })
  const waiting = new Map<number, PromiseWithResolvers<Answer>>()
  let asked = 0
  child.on('message', (message) => {
    const { id, content } = message as Envelope<Answer>
    waiting.get(id)?.resolve(content)
    waiting.delete(id)
  })
  child.on('exit', (code, signal) => {
    for (const one of waiting.values()) one.reject(new Error(`${file} ended (${code ?? signal}) before it answered.`))
  })
  return {
    pid: child.pid!,
    ask(order) {
      const answer = Promise.withResolvers<Answer>()
      waiting.set(++asked, answer)
      child.send({ id: asked, content: order })
      return answer.promise
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.kill()
      await ended
    },
  }
}

/** The other side: answers each order of the parent. A child whose parent is gone ends. */
export function serveParent<Order, Answer>(answer: (order: Order) => Promise<Answer> | Answer): void {
  process.on('message', (message) => {
    const { id, content } = message as Envelope<Order>
    void (async () => process.send?.({ id, content: await answer(content) }))()
  })
  process.on('disconnect', () => process.exit())
}

/** Wall time in fractional milliseconds, the same for all processes of the machine. */
export const now = () => performance.timeOrigin + performance.now()
