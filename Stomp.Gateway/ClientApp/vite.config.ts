import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// `npm run dev` serves the page by itself and hands everything else to a gateway started beside it.
const gateway = 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react()],
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
  test: { include: ['src/**/*.test.ts'] },
});
