// receiver.mjs <tools folder> <library> <secret>: a webhook receiver as its author would write it with an npm library.
// Prints its port. Answers what the library made of the request: 200 and the event, or 401 and the reason.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';

const [tools, library, secret] = process.argv.slice(2);
const { Webhook } = createRequire(`${tools}/`)(library);
const webhook = new Webhook(secret);

const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  try {
    const event = webhook.verify(Buffer.concat(chunks).toString(), request.headers);
    response.writeHead(200).end(`verified ${event.type ?? event.message}`);
  } catch (error) {
    response.writeHead(401).end(`refused: ${error.message}`);
  }
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.on('end', () => process.exit()).resume(); // ends with whoever started it
