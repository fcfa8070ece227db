/** Flows in files, without a server: a door of its own, because what reads them is loaded by no server. */
export { checkFlowFile } from './check-flow-file.ts'
export { readFlowFile, writeFlowFile, type FlowFileFault } from './flow-file.ts'
export { runFlowFile, type FlowFileRun, type FlowFileTrial } from './run-flow-file.ts'
