/** Pandoc, by which Quarto makes a page of an article. */
import { join } from 'node:path'
import { runIn } from '../packed.js'
import { pythonHome } from './python.js'

const convert =
  'import pypandoc, sys; print(pypandoc.convert_file(sys.argv[1], "html5", format="markdown", extra_args=["--standalone"]))'

/** The page of a Markdown file in the folder. */
export async function pandocPage(folder: string, file: string): Promise<string> {
  return runIn(folder, join(await pythonHome(), 'bin/python'), ['-c', convert, file])
}
