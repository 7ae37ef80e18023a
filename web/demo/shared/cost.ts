/** Shows at the foot of every page what its model costs: bytes of files, memory, milliseconds of loading. */
import { loadModel, type LoadOptions, type Model, type ModelSource } from 'attenscope'
import { bytes, significant, type LoadedDetail } from 'attenscope/elements'
import { words } from '../words/index.js'

/** Shows nothing for a model whose loading was not measured. */
function showCost({ info, fileBytes, elapsedMs }: LoadedDetail): void {
  const line = document.querySelector('#cost')
  if (!line || fileBytes === undefined || elapsedMs === undefined) return
  line.textContent = words.frame.cost(bytes(fileBytes), bytes(info.bytes), significant(elapsedMs))
}

/** Loads a model for the page itself, and shows its cost. */
export async function loadCounted(source: ModelSource, options: LoadOptions = {}): Promise<Model> {
  const startedMs = performance.now()
  let fileBytes: number | undefined
  const model = await loadModel(source, {
    ...options,
    onProgress(progress) {
      fileBytes = progress.loaded
      options.onProgress?.(progress)
    }
  })
  showCost({
    info: model.info,
    ...(fileBytes !== undefined && { fileBytes }),
    elapsedMs: performance.now() - startedMs
  })
  return model
}

document.addEventListener('attn-loaded', (event) => showCost((event as CustomEvent<LoadedDetail>).detail))
