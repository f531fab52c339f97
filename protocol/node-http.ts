/**
 * What we use of node:http. By an `import` of its names, Node would load its WebSocket, too, which nobody here uses: 50 ms of
 * work at every start.
 */
export const { createServer, STATUS_CODES } = process.getBuiltinModule('node:http');
