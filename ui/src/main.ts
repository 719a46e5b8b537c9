import './ask-ahead.ts';
import { mount } from 'svelte';
import './style/tokens.css';
import './style/base.css';
import App from './app.svelte';
import { messages } from './lib/messages.svelte.ts';
import { router } from './state/router.svelte.ts';

router.start();
await messages.start();
const target = document.getElementById('app');
if (target) {
  target.replaceChildren();
  mount(App, { target });
}
