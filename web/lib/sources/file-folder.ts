/** A folder that the user dropped or chose: File objects, found by their names. */

import { AttenscopeError } from '../errors.js'
import type { Folder } from './folder.js'

/** A folder over the user's files. */
export function openFileFolder(files: readonly File[]): Folder {
  const byName = new Map<string, File>()
  for (const file of shallowestFirst(files)) {
    // Subfolders (a backup, a cache) may repeat a name: the file nearest to the top counts.
    if (!byName.has(file.name)) byName.set(file.name, file)
  }
  return {
    name:
      files.length === 0 ? 'the empty list of files' : `the files given (${[...byName.keys()].slice(0, 8).join(', ')})`,
    list: async () => [...byName.keys()],
    open: async (name) => {
      const file = byName.get(name)
      return file && { stream: readable(file), size: file.size }
    }
  }
}

function shallowestFirst(files: readonly File[]): File[] {
  const depth = (file: File) => (file.webkitRelativePath || file.name).split('/').length
  return [...files].sort((a, b) => depth(a) - depth(b))
}

/** A file's stream. Reading fails with 'bad-model' when the file changed on the disk after the user chose it. */
function readable(file: File): ReadableStream<Uint8Array> {
  const reader = file.stream().getReader()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await reader.read().catch((error: unknown) => {
          throw new AttenscopeError('bad-model', `${file.name} can no longer be read: choose the files again`, {
            cause: error
          })
        })
        if (done) controller.close()
        else controller.enqueue(value)
      },
      cancel: (reason) => reader.cancel(reason)
    },
    { highWaterMark: 0 }
  )
}
