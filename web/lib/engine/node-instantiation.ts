/** Instantiates the engine's module from a file, in Node. */

import { importNodeModule } from '../sources/node-modules.js'

/**
 * In a page the module fetches its binary itself. Node's fetch reads no files, so this function reads the binary there.
 * The module itself then imports nothing from Node, which bundlers for pages could not resolve.
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
