/** Recognises models that are one file, by the file's name. */

/** Whether a name or a path is a model's file. */
export function isModelFile(name: string): boolean {
  return isGguf(name) || isLlama2c(name)
}

/** Whether a name is a GGUF file's. */
export function isGguf(name: string): boolean {
  return /\.gguf$/i.test(name)
}

/** Whether a name is a llama2.c model's. Tokenizers (tokenizer.bin, tok512.bin) and PyTorch's .bin files are not. */
export function isLlama2c(name: string): boolean {
  return /\.bin$/i.test(name) && !/(^|[\\/])(tok|pytorch_model|training_args)[^\\/]*$/i.test(name)
}
