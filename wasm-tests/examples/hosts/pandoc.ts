/** Runs pandoc, which Quarto uses to convert an article to a page. */
import { join } from 'node:path'
import { runIn } from '../packed.js'
import { pythonHome } from './python.js'

const convert =
  'import pypandoc, sys; print(pypandoc.convert_file(sys.argv[1], "html5", format="markdown", extra_args=["--standalone"]))'

/** Returns the page of a Markdown file in the folder. */
export async function pandocPage(folder: string, file: string): Promise<string> {
  return runIn(folder, join(await pythonHome(), 'bin/python'), ['-c', convert, file])
}
