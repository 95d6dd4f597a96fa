import type { FastifyInstance } from 'fastify';

/** Hands JSON bodies of this plugin to the handlers as text: the rules room parses them itself. */
export function keepText(app: FastifyInstance): void {
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, text, done) => {
    done(null, text);
  });
}

/** JSON bodies as values; an empty body is `undefined`, since `-X POST` sends one without saying so. */
export function parseJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, text, done) => {
    if (text === '') done(null, undefined);
    else parse(request, text as string, done);
  });
}
