/** The looks of the connect page, on top of those of every plain page. */
export const STYLE = `main { max-width: 52rem; margin: 4vh auto; }
h2 { margin: 2.5rem 0 0.75rem; font-size: 1.25rem; line-height: 1.3; }
h3 { margin: 1.5rem 0 0.5rem; font-size: 1rem; }
ol, ul { margin: 0 0 1rem; padding-left: 1.5rem; }
li { margin: 0 0 0.5rem; overflow-wrap: anywhere; }
li > .copy, li > .copy:last-child { margin: 0.5rem 0 0; }
p > code, li > code, .hint code, summary code {
  display: inline;
  margin: 0;
  padding: 0 0.25rem;
  border-radius: 0.25rem;
  background: var(--shade);
  border: 0;
  overflow-wrap: anywhere;
}
:root { --shade: light-dark(#eef1f5, #2a3037); --good: light-dark(#146c2e, #81c995); --warn: light-dark(#fff4d6, #3a3115); }
.copy { position: relative; display: flex; gap: 0.5rem; align-items: flex-start; margin: 0 0 1rem; white-space: normal; }
.copy code {
  display: block;
  flex: 1 1 auto;
  min-width: 0;
  margin: 0;
  padding: 0.5rem 0.75rem;
  border: 0;
  border-radius: 0.5rem;
  background: var(--shade);
  white-space: pre-wrap;
  overflow-wrap: anywhere;
}
.copy button { flex: none; width: auto; margin: 0; padding: 0.5rem 0.75rem; font: 600 0.875rem/1.4 system-ui, sans-serif; min-height: 2.5rem; }
button.quiet, .copy button { background: transparent; color: var(--accent); border: 1px solid var(--line); }
.addresses { display: flex; gap: 2rem; align-items: flex-start; }
.addresses > div:first-child { flex: 1 1 20rem; min-width: 0; }
.addresses .copy code { font-size: 1.0625rem; }
.phone { flex: 0 0 11rem; }
.qr { width: 11rem; margin: 0 0 0.5rem; }
.qr svg { display: block; width: 100%; height: auto; border-radius: 0.5rem; border: 1px solid var(--line); }
.phone .hint { overflow-wrap: anywhere; }
.warning { padding: 0.75rem 1rem; border-radius: 0.5rem; background: var(--warn); }
details { border-top: 1px solid light-dark(#d9dee5, #343b43); }
section > details:last-of-type { border-bottom: 1px solid light-dark(#d9dee5, #343b43); }
summary { padding: 0.75rem 0; font-weight: 600; cursor: pointer; }
details > :not(summary):last-child { margin-bottom: 1.25rem; }
details.others, .addresses details:last-of-type { border: 0; }
details.others > summary { padding: 0.5rem 0; font-weight: 400; color: var(--accent); }
.fingerprint code { display: block; padding: 0.5rem 0.75rem; background: var(--shade); border-radius: 0.5rem; }
.fields { display: flex; flex-wrap: wrap; gap: 0 1rem; }
.fields > div { flex: 1 1 14rem; }
.fields label { margin-top: 0.5rem; }
.buttons { display: flex; flex-wrap: wrap; gap: 0.75rem; margin: 1rem 0 0.5rem; }
.buttons button { width: auto; margin: 0; min-height: 2.75rem; }
button:disabled { opacity: 0.6; cursor: default; }
progress { width: 100%; height: 0.5rem; accent-color: var(--accent); }
#test-report { margin-top: 1rem; }
#test-steps { padding: 0; list-style: none; }
#test-steps li { display: grid; grid-template-columns: 1.5rem 1fr; gap: 0 0.5rem; margin: 0 0 0.625rem; }
#test-steps .mark { font-weight: 700; text-align: center; }
#test-steps .passed .mark { color: var(--good); }
#test-steps .failed .mark, #test-steps .failed .words { color: var(--bad); }
#test-steps .words { grid-column: 2; color: var(--muted); font-size: 0.9375rem; }
#test-result { padding: 0.75rem 1rem; border-radius: 0.5rem; background: var(--shade); font-weight: 600; }
#test-result:empty { display: none; }
.unseen { position: absolute; width: 1px; height: 1px; margin: 0; overflow: hidden; clip-path: inset(50%); }
[hidden] { display: none !important; }
@media (max-width: 40rem) {
  body { padding: 0; }
  main { margin: 0; border-radius: 0; min-height: 100vh; box-shadow: none; }
  .addresses { display: block; }
  .phone { margin-top: 1rem; }
  .copy { flex-wrap: wrap; gap: 0.375rem; }
  .copy code { flex: 1 1 100%; }
}
`;
