import { z } from 'zod'
import { operation } from './operation.ts'

const shared = { noun: 'health', method: 'GET', scope: 'public', access: 'read' } as const

/** The operations that need no key: whether the process answers, and whether it can store. */
export const healthOperations = {
  live: operation({
    ...shared,
    id: 'v1.health.live',
    path: '/healthz',
    summary: 'The process answers',
    answers: { 200: z.object({ status: z.literal('ok') }) },
  }),
  /** Svix's two. */
  get: operation({ ...shared, id: 'v1.health.get', path: '/api/v1/health', summary: 'The process answers', answers: { 204: null } }),
  ping: operation({ ...shared, id: 'v1.health.ping', path: '/api/v1/health/ping', summary: 'The process answers', answers: { 204: null } }),
  ready: operation({
    ...shared,
    id: 'v1.health.ready',
    path: '/readyz',
    summary: 'The store took a write just now',
    refuses: ['stopping', 'store_unavailable'],
    answers: {
      200: z.object({
        status: z.literal('ok'),
        writeMs: z.number().meta({ description: 'How long the write took' }),
        oldestDueMs: z.number().meta({ description: 'How late the oldest due task is that nobody took' }),
      }),
    },
  }),
}
