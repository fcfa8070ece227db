import { z } from 'zod'
import { operation, timestamp } from '../api/operation.ts'

const setting = z.object({
  name: z.string().meta({ description: 'As posthorn.yaml has it' }),
  environment: z.string().meta({ description: 'As the environment has it' }),
  meaning: z.string(),
  value: z.string().nullable().meta({ description: 'In effect; null: a secret, or there is none' }),
  default: z.string().meta({ description: 'What holds where nothing is set, in words' }),
  secret: z.boolean().meta({ description: 'Never shown, only whether it is set' }),
  set: z.boolean().meta({ description: 'Whether it is other than its default' }),
})

/**
 * This installation: what runs, with which settings, and how it is.
 *
 * @example installOut.shape.engine.options // ['sqlite', 'postgres']
 */
export const installOut = z.object({
  version: z.string().meta({ description: 'Of Posthorn' }),
  nodeVersion: z.string().meta({ description: 'Of Node.js, which it runs on' }),
  engine: z.enum(['sqlite', 'postgres']).meta({ description: 'Which store keeps everything' }),
  startedAt: timestamp.meta({ description: 'When the process that answers began' }),
  health: z.object({
    ok: z.boolean().meta({ description: 'The store took a write just now' }),
    writeMs: z.number().nullable().meta({ description: 'How long the write took; null where there was none' }),
    oldestDueMs: z.number().nullable().meta({ description: 'How late the oldest due task is that nobody took' }),
  }),
  storage: z.object({
    folder: z.string().meta({ description: 'Of the embedded store, of files and of the master key' }),
    freeBytes: z.int().nullable().meta({ description: 'On the disk of that folder; null where it cannot be read' }),
    databaseBytes: z.int().nullable().meta({ description: 'What the embedded store takes; null on PostgreSQL, whose server knows' }),
    filesBytes: z.int().meta({ description: 'What the files take that came with requests, of all applications' }),
  }),
  nodes: z
    .array(
      z.object({
        id: z.string().meta({ description: 'Of this life of it: a process that starts anew is another' }),
        startedAt: timestamp,
        here: z.boolean().meta({ description: 'It is the one that answers' }),
      }),
    )
    .meta({ description: 'The processes that share the work, oldest first' }),
  settings: z.array(setting),
})
/** This installation as it is answered. */
export type InstallOut = z.output<typeof installOut>

/** The operation that tells about this installation. Only who may change things sees it: it names addresses and folders. */
export const installOperations = {
  get: operation({
    id: 'v1.install.get',
    method: 'GET',
    path: '/api/v1/install',
    summary: 'Get which version runs, on which store, with which settings, and how it is',
    noun: 'install',
    scope: 'organisation',
    access: 'write',
    answers: { 200: installOut },
  }),
}
