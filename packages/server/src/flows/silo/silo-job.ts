import type { ComputeJob, TransformJob } from '#platform'

/** What a step does with the silo, as plain data. The store is asked between two segments, as a process of expressions is. */
export type SiloJob =
  | {
      readonly kind: 'save_entry'
      readonly key: string | null
      /** JSON text. */
      readonly document: string
      readonly tags: readonly string[]
      readonly keepDays: number | null
    }
  /** By id or key. */
  | { readonly kind: 'load_entry'; readonly entry: string }
  /** Likewise, but without its bytes. */
  | { readonly kind: 'find_entry'; readonly entry: string }

export function isSiloJob(job: TransformJob | ComputeJob | SiloJob): job is SiloJob {
  return 'kind' in job && (job.kind === 'save_entry' || job.kind === 'load_entry' || job.kind === 'find_entry')
}
