import { mount } from 'svelte';
import './style/tokens.css';
import './style/base.css';
import App from './app.svelte';
import { messages } from './lib/messages.svelte.ts';
import { watchLostParts } from './state/lost-parts.ts';
import { router } from './state/router.svelte.ts';

router.start();
watchLostParts();
await messages.start();
const target = document.getElementById('app');
if (target) mount(App, { target });
