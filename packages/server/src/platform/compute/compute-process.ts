import process from 'node:process'
import { serveJobs } from '../sandbox/serve-jobs.ts'
import { checkDocument, faultOfSchema } from './check-document.ts'
import type { ComputeAnswer, ComputeJob, ComputeReading, ReadText } from './compute-job.ts'
import { faultOfCode, runCode } from './run-code.ts'
import { stepsInCode } from './steps-in-code.ts'

/** The program of the child processes that run code and check documents. */
type Job = ComputeJob | ComputeReading
type Answer = ComputeAnswer | ReadText

function answer(job: Job, cpuMs: () => number): Answer {
  if (!('input' in job)) return read(job)
  return job.kind === 'code' ? runCode(job.source, job.input, cpuMs) : checkDocument(job.schema, job.input)
}

function read(text: ComputeReading): ReadText {
  if (text.kind === 'schema') return { fault: faultOfSchema(text.schema) ?? null, stepsRead: [] }
  const fault = faultOfCode(text.source) ?? null
  return { fault, stepsRead: fault === null ? stepsInCode(text.source) : [] }
}

serveJobs<Job, Answer>((job, cpuMs) => {
  try {
    return answer(job, cpuMs)
  } catch {
    // The engine broke inside, and nobody knows what it would do next.
    return process.exit(1)
  }
})
