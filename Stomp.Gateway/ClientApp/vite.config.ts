import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

// `npm run dev` serves the page by itself and hands everything else to a gateway started beside it.
const gateway = 'http://127.0.0.1:8080';

// The gateway's iframe page for SockJS loads the library by itself, and it has to be the very version that the page has (SockJs:ClientUrl).
function sockJsCopy(): Plugin {
  const library = new URL('node_modules/sockjs-client/', import.meta.url);
  const files = { 'sockjs/sockjs.min.js': 'dist/sockjs.min.js', 'sockjs/LICENSE.txt': 'LICENSE' };
  return {
    name: 'sockjs-copy',
    apply: 'build',
    generateBundle() {
      for (const [fileName, file] of Object.entries(files))
        this.emitFile({ type: 'asset', fileName, source: readFileSync(new URL(file, library)) });
    },
  };
}

export default defineConfig({
  plugins: [react(), sockJsCopy()],
  // sockjs-client was written for bundlers that provide Node's `global`.
  define: { global: 'globalThis' },
  build: {
    outDir: '../wwwroot',
    emptyOutDir: true,
    // React, Mantine and the STOMP client together, in kilobytes before compression.
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      input: { chat: fileURLToPath(new URL('index.html', import.meta.url)) },
    },
  },
  server: {
    host: '127.0.0.1',
    proxy: {
      '/api': gateway,
      '/client.json': gateway,
      '/ws': { target: gateway, ws: true },
    },
  },
  test: { include: ['src/**/*.test.ts'], testTimeout: 30_000 },
});
