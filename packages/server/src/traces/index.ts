/**
 * Report. Makes spans of what was kept, and has a collector of OpenTelemetry take them, in batches. In come rows from behind their commits;
 * out go spans whose places follow from the ids of these rows. Loaded where a collector is set, and never elsewhere; it never holds up whoever
 * reports, keeps nothing that must survive a crash, and reads nothing from the store.
 */
export { createTraces, type TracesOptions, type TracesRoom } from './create-traces.ts'
