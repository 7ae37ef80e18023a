/** Opens the folder of a resolved source. Only the code that reads a model's files imports this file. */

import { openFileFolder } from './file-folder.js'
import type { Folder } from './folder.js'
import { openHubFolder } from './hub-folder.js'
import { openPathFolder } from './path-folder.js'
import type { ResolvedSource } from './resolve-source.js'
import { openUrlFolder, type UrlFolderOptions } from './url-folder.js'

/** Opens a folder at a URL, on a hub, at a path or in a list of files. */
export async function openFolder(source: ResolvedSource, options: UrlFolderOptions): Promise<Folder> {
  switch (source.kind) {
    case 'url':
      return openUrlFolder(source.url, options)
    case 'hub':
      return openHubFolder(source, options)
    case 'path':
      return openPathFolder(source.path)
    case 'files':
      return openFileFolder(source.files)
  }
}
