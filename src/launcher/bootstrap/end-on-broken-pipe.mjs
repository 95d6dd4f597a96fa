/**
 * For the `error` event of standard output. `npm start | head`: whoever wanted the output has gone, and
 * that is the end and no crash.
 */
export function endOnBrokenPipe(error) {
  if (error.code === 'EPIPE') process.exit();
  throw error;
}
