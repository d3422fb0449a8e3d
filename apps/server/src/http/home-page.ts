type Links = { version: string; docs: string; openapi: string; rest: string; rpc: string; health: string }
type Login = { email: string; password: string }

/** The page at `/`. `demo` is the account of a development server. */
export function homePage(
  { version, docs, openapi, rest, rpc, health }: Links,
  demo: Login | undefined,
): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Todo</title>
<style>
  body { font: 1rem/1.6 system-ui, sans-serif; max-width: 40rem; margin: 4rem auto; padding: 0 1.5rem; color: #222 }
  code { background: #f2f4f7; padding: .1em .3em; border-radius: 4px }
  @media (prefers-color-scheme: dark) { body { background: #16181d; color: #e6e6e6 } code { background: #2a2e37 } a { color: #7ab4ff } }
</style>
<h1>Todo</h1>
<p>A multi-user todo service, version ${version}. The same operations are available as REST and as tRPC.</p>
<ul>
  <li><a href="${docs}">API documentation</a>: read about every operation and try it in the browser</li>
  <li><a href="${openapi}">OpenAPI document</a>: generate a client from it</li>
  <li><a href="${health}">Health</a> of this instance and its database</li>
</ul>
<p>REST is served under <code>${rest}</code>, tRPC under <code>${rpc}</code>. README.md shows how to call both, and how to
use the typed SDK.</p>${
    demo
      ? `
<p>Demo login: <code>${demo.email}</code> with the password <code>${demo.password}</code>.</p>`
      : ''
  }
</html>
`
}
