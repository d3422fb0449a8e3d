/** The environment of a child process, with `more` in it. */
export const childEnv = (more: Record<string, string>): NodeJS.ProcessEnv => ({ ...process.env, ...more })
