/** What ended a child: a full heap, its program (a defect, of ours or of what it runs), or somebody else, which is no fault of its job. */
export type EndOf = 'heap' | 'program' | 'outside'

/** What V8 ends a process by whose heap is full: it aborts, or runs into an instruction that traps. */
const HEAP_SIGNALS: readonly (string | null)[] = ['SIGABRT', 'SIGTRAP', 'SIGILL']
const HEAP_CODES: readonly (number | null)[] = [133, 134]
/** What a process brings upon itself. */
const PROGRAM_SIGNALS: readonly (string | null)[] = ['SIGSEGV', 'SIGBUS', 'SIGFPE', 'SIGSYS']

/**
 * Every other signal comes from outside: a service manager that ends a whole group while its main process still drains, the kernel where
 * the machine has no memory left, a person. Taken for the data's doing, each would fail work for good.
 */
export function whoseEnd({ code, signal }: { readonly code: number | null; readonly signal: string | null }): EndOf {
  if (HEAP_SIGNALS.includes(signal) || HEAP_CODES.includes(code)) return 'heap'
  // With 0 it ended because its channel was gone; an uncaught exception ends it with 1.
  return PROGRAM_SIGNALS.includes(signal) || (code !== null && code !== 0) ? 'program' : 'outside'
}
