/** Loads the models of the site with the built package, each once, for what the build computes. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Model } from 'attenscope'

/** The models by the names of their folders. */
export function siteModels(root: string) {
  const models = new Map<string, Promise<Model>>()
  const open = async (name: string) => {
    const { loadModel } = (await import(pathToFileURL(join(root, 'dist/index.js')).href)) as typeof import('attenscope')
    return loadModel(join(root, 'models', name))
  }
  return {
    load(name: string): Promise<Model> {
      const model = models.get(name) ?? open(name)
      models.set(name, model)
      return model
    },
    /** Frees all models that were loaded. */
    async dispose(): Promise<void> {
      for (const model of models.values()) await (await model).dispose()
      models.clear()
    }
  }
}
