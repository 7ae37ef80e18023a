/** Reads the copies of binaries inside the package's JavaScript. */

/** The bytes of a file that was compressed with gzip and encoded in base64. */
export async function unpack(text: string): Promise<Uint8Array<ArrayBuffer>> {
  const packed = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
  const plain = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'))
  return new Uint8Array(await new Response(plain).arrayBuffer())
}
