import type { Schema } from './types.ts'

const PROBLEM_REF = { $ref: '#/components/schemas/Problem' }

/** The schema of every error body; `codes` are all codes of the document. */
export function problemSchema(codes: string[]): Schema {
  return {
    type: 'object',
    description: 'An error (RFC 9457)',
    required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'requestId'],
    properties: {
      type: { type: 'string', format: 'uri-reference', examples: ['about:blank'] },
      title: { type: 'string', description: 'The name of the HTTP status', examples: ['Not Found'] },
      status: { type: 'integer', description: 'The HTTP status', examples: [404] },
      detail: { type: 'string', description: 'A message for people' },
      instance: { type: 'string', format: 'uri-reference', description: 'The path of the request' },
      code: { type: 'string', description: 'A stable code for programs', enum: codes },
      requestId: { type: 'string', description: 'Identifies the request in the logs' },
      errors: {
        type: 'array',
        description: 'The invalid fields of the input',
        items: {
          type: 'object',
          required: ['path', 'message'],
          properties: {
            path: {
              type: 'string',
              description: 'Path of the field, with dots between levels; empty for the whole input',
              examples: ['author.name'],
            },
            message: { type: 'string', description: 'What is wrong with the field' },
          },
        },
      },
    },
  }
}

/** The schema of a problem with one of these codes. */
export function problemOf(codes: string[]): Schema {
  return { allOf: [PROBLEM_REF, { type: 'object', properties: { code: { enum: codes } } }] }
}
