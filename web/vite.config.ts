import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { baseWhileDeveloping } from './build/base-while-developing.ts';
import { compressed } from './build/compressed.ts';
import { endpointPaths } from './build/endpoint-paths.ts';

/** `npm run dev -w web` shows the pages over a server that runs already: say where it is, and with which token. */
const { TATTLE_DEV_SERVER = 'http://127.0.0.1:7171', TATTLE_DEV_TOKEN = '' } = process.env;

export default defineConfig({
  // Relative, so that the same files work under any path: `<base href>` says where they are.
  base: './',
  plugins: [endpointPaths(), baseWhileDeveloping(), svelte(), compressed()],
  build: { target: 'es2023', modulePreload: { polyfill: false }, reportCompressedSize: false, assetsInlineLimit: 0 },
  server: {
    host: '127.0.0.1',
    proxy: {
      '/api': {
        target: TATTLE_DEV_SERVER,
        changeOrigin: true,
        configure(proxy) {
          proxy.on('proxyReq', (request) => {
            request.removeHeader('origin');
            if (TATTLE_DEV_TOKEN !== '') request.setHeader('authorization', `Bearer ${TATTLE_DEV_TOKEN}`);
          });
        },
      },
    },
  },
});
