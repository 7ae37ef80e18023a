/** Instantiates the engine's module from a file, in Node. */

import { importNodeModule } from '../sources/node-modules.js'

/**
 * In a page the module fetches its binary itself. Node's fetch takes no files: there it is read here, so that the module
 * needs nothing of Node, which bundlers for pages would stumble over.
 */
export async function instantiationFromDisk(binary: URL): Promise<object> {
  const { readFile } = await importNodeModule('fs/promises')
  const compiled = await WebAssembly.compile(await readFile(binary))
  return {
    instantiateWasm(imports: WebAssembly.Imports, receive: (instance: WebAssembly.Instance) => void): object {
      const instance = new WebAssembly.Instance(compiled, imports)
      receive(instance)
      return instance.exports
    }
  }
}
