/** Lists the files that the reader dropped on the page, with the files inside dropped folders. */

export async function droppedFiles(transfer: DataTransfer): Promise<File[]> {
  // The browser clears the entries after the event: read all of them before the first await.
  const entries = Array.from(transfer.items, (item) => item.webkitGetAsEntry()).filter((entry) => entry !== null)
  if (entries.length === 0) return Array.from(transfer.files)
  return (await Promise.all(entries.map(filesOf))).flat()
}

async function filesOf(entry: FileSystemEntry): Promise<File[]> {
  if (entry.isFile) {
    return [await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject))]
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  const files: File[] = []
  // A directory reader returns its entries in portions; an empty portion is the end.
  for (;;) {
    const portion = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (portion.length === 0) return files
    for (const child of portion) if (child.isFile) files.push(...(await filesOf(child)))
  }
}
