/** What becomes of a job. */
export type PoolAnswer<Answer> =
  | { readonly ok: true; readonly answer: Answer }
  | { readonly ok: false; readonly code: PoolFailureCode; readonly message: string; readonly place?: string | undefined }

export type PoolFailureCode =
  /** It used up its processor time. */
  | 'timeout'
  /** V8 aborts when its heap is full. */
  | 'memory_limit'
  /** The program threw, or the job cannot be copied: a defect of ours. */
  | 'crashed'
  /** Too many jobs wait, or the machine is too busy to run this one. */
  | 'overloaded'
  /** No child can be started, or somebody else ends them. */
  | 'unavailable'
  | 'stopping'

export const failed = (code: PoolFailureCode, message: string) => ({ ok: false, code, message }) as const

export const stopping = failed('stopping', 'The process is stopping.')
