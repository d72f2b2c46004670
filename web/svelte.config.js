import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

/** Runes everywhere; TypeScript in components. @type {import('@sveltejs/vite-plugin-svelte').SvelteConfig} */
const config = { preprocess: vitePreprocess({ script: true }), compilerOptions: { runes: true } };

export default config;
