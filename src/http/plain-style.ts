/** The looks of the pages that the server writes itself: readable on a phone, in the light and in the dark. */
export const PLAIN_STYLE = `:root {
  color-scheme: light dark;
  --ground: light-dark(#f6f7f9, #15181c);
  --card: light-dark(#ffffff, #1e2227);
  --text: light-dark(#1d2430, #e6e9ee);
  --muted: light-dark(#5a6472, #a3adba);
  --line: light-dark(#8a94a3, #6d7785);
  --accent: light-dark(#0b57d0, #8ab4f8);
  --on-accent: light-dark(#ffffff, #10213f);
  --bad: light-dark(#b3261e, #f2b8b5);
}
* { box-sizing: border-box; }
body {
  margin: 0;
  padding: 1rem;
  background: var(--ground);
  color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif;
}
main {
  max-width: 32rem;
  margin: 8vh auto;
  padding: clamp(1.25rem, 5vw, 2.5rem);
  background: var(--card);
  border-radius: 0.75rem;
  box-shadow: 0 1px 3px rgb(0 0 0 / 20%);
}
h1 { margin: 0 0 1rem; font-size: 1.5rem; line-height: 1.25; text-wrap: balance; }
p { margin: 0 0 1rem; }
label { display: block; margin-top: 1.25rem; font-weight: 600; }
input {
  width: 100%;
  margin-top: 0.25rem;
  padding: 0.625rem 0.75rem;
  border: 1px solid var(--line);
  border-radius: 0.5rem;
  background: transparent;
  color: inherit;
  font: inherit;
}
input[aria-invalid='true'] { border-color: var(--bad); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.hint { margin: 0.25rem 0 0; color: var(--muted); font-size: 0.875rem; }
.problem { margin: 0.25rem 0 0; color: var(--bad); font-weight: 600; }
button {
  width: 100%;
  margin-top: 1.75rem;
  padding: 0.75rem 1rem;
  border: 0;
  border-radius: 0.5rem;
  background: var(--accent);
  color: var(--on-accent);
  font: inherit;
  font-weight: 600;
  cursor: pointer;
}
code, .address {
  display: block;
  margin: 0 0 1rem;
  padding: 0.625rem 0.75rem;
  overflow-wrap: anywhere;
  border: 1px solid var(--line);
  border-radius: 0.5rem;
  font: 0.9375rem/1.5 ui-monospace, monospace;
}
a { color: var(--accent); }
`;
