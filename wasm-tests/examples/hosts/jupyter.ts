/** Starts a JupyterLab with anywidget for the tests. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { pythonHome } from './python.js'

/** Serves the folder's notebooks to this machine. Its pages have the application as `jupyterapp`. */
export async function startJupyter(folder: string): Promise<{ origin: string; stop(): Promise<void> }> {
  const home = await pythonHome()
  const settings = ['--no-browser', '--expose-app-in-browser', '--allow-root', '--port=0', '--ip=127.0.0.1']
  const open = [
    '--IdentityProvider.token=',
    '--ServerApp.password=',
    '--LabApp.news_url=',
    '--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate'
  ]
  const private_ = Object.fromEntries(
    ['JUPYTER_CONFIG_DIR', 'JUPYTER_DATA_DIR', 'JUPYTER_RUNTIME_DIR', 'IPYTHONDIR'].map((name) => [
      name,
      join(folder, '.jupyter', name)
    ])
  )
  const server = spawn(join(home, 'bin/python'), ['-m', 'jupyterlab', ...settings, ...open], {
    cwd: folder,
    env: { ...process.env, ...private_, PATH: `${join(home, 'bin')}:${process.env['PATH'] ?? ''}` },
    stdio: ['ignore', 'ignore', 'pipe']
  })
  const ended = new Promise<void>((resolve) => server.once('close', () => resolve()))
  let said = ''
  const origin = await new Promise<string>((resolve, reject) => {
    server.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      const [, found] = /(http:\/\/127\.0\.0\.1:\d+)\/lab/.exec(said) ?? []
      if (found) resolve(found)
    })
    void ended.then(() => reject(new Error(`Jupyter ended: ${said.slice(-2000)}`)))
  })
  return {
    origin,
    stop: async () => {
      server.kill('SIGINT')
      server.kill('SIGTERM')
      await ended
    }
  }
}
