// An MCP server in fastmcp, as its manual has it: one tool that gives back what it is told.
import { FastMCP } from 'fastmcp';
import { z } from 'zod';

const server = new FastMCP({ name: 'echo', version: '1.0.0' });
server.addTool({
  name: 'echo',
  description: 'Echoes back the input',
  parameters: z.object({ message: z.string() }),
  execute: async ({ message }) => `Echo: ${message}`,
});
await server.start({ transportType: 'httpStream', httpStream: { port: Number(process.env.PORT), stateless: true } });
