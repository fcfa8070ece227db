import type { Operation } from '@posthorn/contract'
import type { z } from 'zod'
import type { ApplicationSnapshot, Statement } from '#store'
import type { Actor } from './caller/actor.ts'
import type { ApiDeps } from './deps.ts'

/** One call of an operation, checked: authenticated, allowed, its application found, query and body as the contract says. */
export interface Call<O extends Operation = Operation> {
  readonly params: Readonly<Record<string, string>>
  readonly query: O['query'] extends z.ZodType ? z.output<O['query']> : undefined
  readonly body: O['body'] extends z.ZodType ? z.output<O['body']> : undefined
  /** The body's bytes as they came. */
  readonly raw: Uint8Array
  /** The application that the path names, for operations of that scope. */
  readonly application: O['scope'] extends 'application' ? ApplicationSnapshot : undefined
  readonly actor: Actor
  readonly ip: string
  /** As it was asked for, without the query. */
  readonly path: string
  readonly acceptEncoding: string | undefined
  /** Which bytes of a download the caller wants, and of which version of it; both headers as they came. */
  readonly range: string | undefined
  readonly ifRange: string | undefined
  readonly userAgent: string | undefined
  /** The header as it came. */
  readonly cookies: string | undefined
  /** Which version the caller means to change; undefined: it does not say. */
  readonly ifMatch: string | undefined
  /** The place in a chain of runs that one would have which this call starts. */
  readonly chain: number
  /** What the caller said of the trace that the call is part of (`traceText`). */
  readonly trace: string | null
  /** Where a listener to events left off. */
  readonly lastEventId: string | undefined
  /** The caller's Idempotency-Key, for operations that keep it in a commit of their own. */
  readonly idempotencyKey: string | undefined
  /** To be written with the first thing that the call changes: under its Idempotency-Key it is not made again. Absent: it has none. */
  readonly carriedOut?: Statement
}

/** An answer of success; failures are thrown as `AppError`. `body` undefined: none. */
export interface Answer {
  readonly status: number
  readonly body?: unknown
  /** The body as JSON text, where it holds bytes that must not be parsed and written again. */
  readonly json?: string
  /** In place of a JSON body. */
  readonly content?: { readonly type: string; readonly bytes: string | Uint8Array }
  /** In place of both: bytes that nobody holds as a whole. */
  readonly stream?: { readonly type: string; readonly length: number; readonly bytes: AsyncIterable<Uint8Array> }
  /** In place of all of them: events as server-sent events have them, until the caller goes away or the signal is given. */
  readonly events?: (signal: AbortSignal) => AsyncIterable<string>
  readonly headers?: Readonly<Record<string, string>>
}

export interface Route {
  readonly operation: Operation
  readonly run: (call: Call) => Promise<Answer>
  readonly makeApplication?: MakeApplication
  /** Where larger bodies are taken than elsewhere. */
  readonly bodyBytesMax?: number
}

/** Makes the application that the path names and that is not there, if the call asks for it; else undefined. */
export type MakeApplication = (
  call: Pick<Call, 'actor' | 'ip'> & { readonly body: unknown; readonly name: string },
) => Promise<ApplicationSnapshot | undefined>

/** Does what an operation says. `Deps`: with what the operations of its noun share. */
export type Handler<O extends Operation, Deps = ApiDeps> = (deps: Deps, call: Call<O>) => Promise<Answer>

/** Ties the operations of a noun to what does them. One that nothing does is a type error. */
export function routesOf<Deps, Operations extends Readonly<Record<string, Operation>>>(
  deps: Deps,
  operations: Operations,
  handlers: { readonly [Name in keyof Operations]: Handler<Operations[Name], Deps> },
): Route[] {
  return Object.entries(operations).map(([name, operation]) => {
    const handler = handlers[name as keyof Operations] as unknown as Handler<Operation, Deps>
    return route(operation, (call) => handler(deps, call))
  })
}

/** Ties an operation of the contract to what does it. */
export function route<O extends Operation>(
  operation: O,
  run: (call: Call<O>) => Promise<Answer>,
  makeApplication?: (call: Pick<Call<O>, 'body' | 'actor' | 'ip'> & { readonly name: string }) => Promise<ApplicationSnapshot | undefined>,
): Route {
  return {
    operation,
    run: run as unknown as Route['run'],
    ...(makeApplication && { makeApplication: makeApplication as unknown as MakeApplication }),
  }
}
