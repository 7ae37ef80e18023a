/** Starts the worker that runs models, from the file beside this one. */
export function startWorker(): Worker {
  return new Worker(new URL('./worker.js', import.meta.url), { type: 'module', name: 'attenscope' })
}
