import process from 'node:process'
import { serveJobs } from '../sandbox/serve-jobs.ts'
import { checkDocument, faultOfSchema } from './check-document.ts'
import type { ComputeAnswer, ComputeJob, ComputeReading } from './compute-job.ts'
import { faultOfCode, runCode } from './run-code.ts'

/** The program of the child processes that run code and check documents. Its answer to a text alone is what is wrong with it. */
type Job = ComputeJob | ComputeReading
type Answer = ComputeAnswer | { readonly fault: string | null }

function answer(job: Job, cpuMs: () => number): Answer {
  if (!('input' in job)) return { fault: (job.kind === 'code' ? faultOfCode(job.source) : faultOfSchema(job.schema)) ?? null }
  return job.kind === 'code' ? runCode(job.source, job.input, cpuMs) : checkDocument(job.schema, job.input)
}

serveJobs<Job, Answer>((job, cpuMs) => {
  try {
    return answer(job, cpuMs)
  } catch {
    // The engine broke inside, and nobody knows what it would do next.
    return process.exit(1)
  }
})
