// The worker thread in which Node measures one row.
import { parentPort, workerData } from 'node:worker_threads'

const { measure } = await import(workerData.suite)
parentPort.postMessage(await measure(...workerData.row))
