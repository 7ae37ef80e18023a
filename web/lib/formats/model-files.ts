/** Models that are one file with everything but, perhaps, their tokenizer: known by their names. */

/** Whether a name, or the end of a path, is that of such a model. */
export function isModelFile(name: string): boolean {
  return isGguf(name) || isLlama2c(name)
}

export function isGguf(name: string): boolean {
  return /\.gguf$/i.test(name)
}

/** Beside it lies its tokenizer, tokenizer.bin or tok512.bin; a checkpoint of PyTorch's is none. */
export function isLlama2c(name: string): boolean {
  return /\.bin$/i.test(name) && !/(^|[\\/])(tok|pytorch_model|training_args)[^\\/]*$/i.test(name)
}
